// The few ARM functions that stay unevaluated in a snapshot. With them a test can read the settings as Azure would write them.

type Scope = { reference(id: string): Record<string, unknown> };

/**
 * Evaluates a value of a snapshot: plain text stays as it is, `[…]` is evaluated with the functions below. Throws for an unknown function.
 */
export function armValue(text: string, scope: Scope): string {
  // A JSON list in an evaluated snapshot is not an expression, because expressions begin with a function's name.
  if (!/^\[[A-Za-z]/.test(text)) return text;
  return String(evaluate(text.slice(1, -1), scope));
}

function evaluate(source: string, scope: Scope): unknown {
  let at = 0;
  const blanks = () => {
    while (source[at] === ' ') at += 1;
  };
  function literal(): string {
    at += 1;
    let value = '';
    for (; at < source.length; at += 1) {
      if (source[at] !== "'") value += source[at];
      else if (source[at + 1] === "'") {
        value += "'";
        at += 1;
      } else break;
    }
    at += 1;
    return value;
  }
  function expression(): unknown {
    blanks();
    if (source[at] === "'") return literal();
    const name = /^\w+/.exec(source.slice(at))?.[0] ?? '';
    at += name.length;
    if (/^\d+$/.test(name)) return Number(name);
    let value = call(name, args());
    while (source[at] === '.') {
      const key = /^\.(\w+)/.exec(source.slice(at))?.[1] ?? '';
      at += key.length + 1;
      value = (value as Record<string, unknown>)[key];
    }
    return value;
  }
  function args(): unknown[] {
    if (source[at] !== '(') throw new Error(`Not understood at ${at}: ${source}`);
    at += 1;
    const given: unknown[] = [];
    for (blanks(); source[at] !== ')'; blanks()) {
      given.push(expression());
      blanks();
      if (source[at] === ',') at += 1;
    }
    at += 1;
    return given;
  }
  function call(name: string, given: unknown[]): unknown {
    const [first, ...rest] = given;
    if (name === 'format') return String(first).replace(/\{(\d+)\}/g, (_, index) => String(rest[Number(index)]));
    if (name === 'environment') return { suffixes: { storage: 'core.windows.net', keyvaultDns: '.vault.azure.net' } };
    if (name === 'split') return String(first).split(String(rest[0]));
    if (name === 'createArray') return given;
    if (name === 'join') return (first as string[]).join(String(rest[0]));
    if (name === 'last') return (first as string[]).at(-1);
    if (name === 'reference') return scope.reference(String(first));
    throw new Error(`The function ${name} is not known here: ${source}`);
  }
  return expression();
}
