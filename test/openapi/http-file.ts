// Reads a request collection in the form that VS Code's REST Client, Visual Studio and JetBrains' client share: variables by `@name =
// value`, requests separated by `###`, `# @name` before a request, `{{…}}` in values.

/** A request of the collection with its variables still in place. `expected` follows `# →`. */
export type HttpRequest = {
  name: string;
  expected: { status: number; code: string | undefined };
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | undefined;
};

/** Reads the text. Throws for a request that is not in the shared form. */
export function readHttpFile(text: string): { variables: Record<string, string>; requests: HttpRequest[] } {
  const [head = '', ...parts] = text.split(/^###.*$/m);
  const variables = Object.fromEntries(
    [...head.matchAll(/^@(\w+)\s*=\s*(.+)$/gm)].map(([, name = '', value = '']) => [name, value.trim()]),
  );
  return { variables, requests: parts.map(readRequest) };
}

function readRequest(part: string): HttpRequest {
  const name = /^# @name (\w+)$/m.exec(part)?.[1];
  const expected = /^# → (\d{3})(?: ([\w-]+))?$/m.exec(part);
  const lines = part.split('\n').filter((line) => !line.startsWith('#'));
  const [, method, url] = /^(GET|POST|DELETE) (\S+)$/.exec(lines.find((line) => line !== '') ?? '') ?? [];
  if (!name || !expected || !method || !url) throw new Error(`Not in the common form:\n${part}`);
  const rest = lines.slice(lines.indexOf(`${method} ${url}`) + 1);
  const blank = rest.indexOf('');
  const headers = rest.slice(0, blank).map((line) => {
    const [, key, value] = /^([\w-]+): (.+)$/.exec(line) ?? [];
    if (!key || !value) throw new Error(`No header: ${line}`);
    return [key, value] as const;
  });
  const body = rest.slice(blank).join('\n').trim();
  return {
    name,
    expected: { status: Number(expected[1]), code: expected[2] },
    method,
    url,
    headers: Object.fromEntries(headers),
    body: body === '' ? undefined : body,
  };
}

/** Replaces `{{name}}` by its value, also if the value contains another name, and `{{request.response.body.$.member}}`. */
export function fillIn(
  text: string,
  variables: Readonly<Record<string, string>>,
  answers: Readonly<Record<string, Record<string, unknown>>>,
): string {
  return text.replace(/\{\{([^{}]+)\}\}/g, (whole, inside: string) => {
    const [, request, member] = /^(\w+)\.response\.body\.\$\.(\w+)$/.exec(inside) ?? [];
    if (request && member) {
      const value = answers[request]?.[member];
      if (typeof value !== 'string') throw new Error(`${whole} comes before the request that it needs.`);
      return value;
    }
    const value = variables[inside];
    if (value === undefined) throw new Error(`${whole} is not defined.`);
    return fillIn(value, variables, answers);
  });
}
