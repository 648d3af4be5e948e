// ASP.NET route templates (learn.microsoft.com, "Routing in ASP.NET Core", Route templates), as far as HTTP triggers use
// them: literals, {p}, {p?}, {p=default}, {*rest}, constraints, several parameters in a segment. Case does not matter.

/** A template, ready to be held against a path. */
export type RouteTemplate = {
  /** The values of the parameters if `segments` (decoded, without empty ones at the end) match, else `undefined`. */
  match(segments: readonly string[]): Record<string, string> | undefined;
};

type Parameter = {
  name: string;
  optional: boolean;
  fallback: string | undefined;
  constraints: ((value: string) => boolean)[];
};

const constraintTests: Record<string, (argument: string) => (value: string) => boolean> = {
  int: () => (value) => /^[+-]?\d+$/.test(value) && Math.abs(Number(value)) <= 2_147_483_647,
  long: () => (value) => /^[+-]?\d{1,19}$/.test(value),
  bool: () => (value) => /^(true|false)$/i.test(value),
  guid: () => (value) => /^\{?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$/i.test(value),
  alpha: () => (value) => /^[a-z]*$/i.test(value),
  required: () => (value) => value !== '',
  minlength: (argument) => (value) => value.length >= Number(argument),
  maxlength: (argument) => (value) => value.length <= Number(argument),
  min: (argument) => (value) => /^[+-]?\d+$/.test(value) && Number(value) >= Number(argument),
  max: (argument) => (value) => /^[+-]?\d+$/.test(value) && Number(value) <= Number(argument),
  length: (argument) => {
    const [least = '0', most = least] = argument.split(',');
    return (value) => value.length >= Number(least) && value.length <= Number(most);
  },
  range: (argument) => {
    const [least = '0', most = least] = argument.split(',');
    return (value) => /^[+-]?\d+$/.test(value) && Number(value) >= Number(least) && Number(value) <= Number(most);
  },
  regex: (argument) => (value) => new RegExp(argument, 'i').test(value),
};

function readParameter(text: string): Parameter {
  const [, name = '', constraintText = '', optional, fallback] =
    /^\*{0,2}([^:?=]+)((?::[^(:?=]+(?:\(.*?\))?)*)(\?)?(?:=(.*))?$/.exec(text) ?? [];
  if (name === '') throw new RangeError(`{${text}} is no route parameter.`);
  const constraints = [...constraintText.matchAll(/:([^(:]+)(?:\((.*?)\))?(?=:|$)/g)].map(
    ([, kind = '', argument = '']) => {
      const test = constraintTests[kind.toLowerCase()];
      if (!test) throw new RangeError(`The route constraint "${kind}" is not known.`);
      return test(argument);
    },
  );
  return { name, optional: optional !== undefined, fallback, constraints };
}

type Segment = { pattern: RegExp; parameters: Parameter[]; alone: boolean };

function readSegment(text: string): Segment {
  const parameters: Parameter[] = [];
  const pattern = text
    .split(/(\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})/)
    .map((piece) => {
      if (!piece.startsWith('{')) return piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      parameters.push(readParameter(piece.slice(1, -1)));
      return '(.+?)';
    })
    .join('');
  return { pattern: new RegExp(`^${pattern}$`, 'is'), parameters, alone: pattern === '(.+?)' };
}

/** Compiles a template. Throws `RangeError` for what it cannot read; the function is then in error, as on the real host. */
export function compileRoute(template: string): RouteTemplate {
  const texts = template.split('/').filter((text) => text !== '');
  const last = texts.at(-1) ?? '';
  const rest = /^\{\*/.test(last) ? readParameter(last.slice(1, -1)) : undefined;
  const segments = (rest ? texts.slice(0, -1) : texts).map(readSegment);

  const accepts = (parameter: Parameter, value: string) => parameter.constraints.every((test) => test(value));
  return {
    match(path) {
      if (!rest && path.length > segments.length) return undefined;
      const values: Record<string, string> = {};
      for (const [i, { pattern, parameters, alone }] of segments.entries()) {
        const text = path[i];
        const only = alone ? parameters[0] : undefined;
        if (text === undefined && only && (only.optional || only.fallback !== undefined)) {
          if (only.fallback !== undefined) values[only.name] = only.fallback;
          continue;
        }
        const found = text === undefined ? null : pattern.exec(text);
        if (!found) return undefined;
        for (const [j, parameter] of parameters.entries()) {
          const value = found[j + 1] ?? '';
          if (!accepts(parameter, value)) return undefined;
          values[parameter.name] = value;
        }
      }
      if (rest) {
        const value = path.slice(segments.length).join('/');
        if (value !== '' && !accepts(rest, value)) return undefined;
        if (value !== '') values[rest.name] = value;
      }
      return values;
    },
  };
}
