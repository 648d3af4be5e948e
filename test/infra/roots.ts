// The templates that lead to all others. The compiler's messages about a file include those about every file that it uses.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Paths of the `.bicep` files below `folder` that no other of them uses. */
export function rootsOf(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.bicep'))
    .map((name) => join(folder, name));
  const used = new Set(
    files.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/'([^'\s]+\.bicep)'/g)].map(([, name = '']) => join(dirname(file), name)),
    ),
  );
  return files.filter((file) => !used.has(file));
}
