// Writes the values that infra/main.bicepparam reads, from the list of azd environment variables in infra/environments/types.bicep.
// A test compares.
import { readFileSync, writeFileSync } from 'node:fs';

const infra = new URL('../../infra/', import.meta.url);
const parameters = new URL('main.bicepparam', infra);

/** `main.bicepparam`, given its present text: each variable of `azdValues` is read once, empty where it is not set. */
export function bicepParameters(present: string): string {
  const types = readFileSync(new URL('environments/types.bicep', infra), 'utf8');
  const list = /^type azdValues = \{\n(.*?)^\}/ms.exec(types)?.[1] ?? '';
  const reads = [...list.matchAll(/^ {2}(\w+): string$/gm)].map(
    ([, name]) => `  ${name}: readEnvironmentVariable('${name}', '')\n`,
  );
  return present.replace(/(?<=^param givenValues = \{\n).*?(?=^\})/ms, reads.join(''));
}

if (import.meta.main) writeFileSync(parameters, bicepParameters(readFileSync(parameters, 'utf8')));
