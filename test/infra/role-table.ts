import { readFileSync } from 'node:fs';

/** A row of the table of role assignments in docs/deploy.md. `role` is the built-in role's GUID, or `custom`. */
export type RoleRow = { role: string; scope: RegExp };

/** Reads the table `| App role | Id | On | Why |`. A `*` in the third column means a name. */
export function roleTable(): RoleRow[] {
  const text = readFileSync('docs/deploy.md', 'utf8');
  const rows = [...text.matchAll(/^\| [^|]+ \| `(custom|[0-9a-f-]{36})` \| `([^`]+)` \| ([^|]+) \|$/gm)];
  return rows
    .filter(([, , , why]) => (why ?? '').trim().length > 10)
    .map(([, role = '', on = '']) => ({
      role,
      scope: new RegExp(`^${on.replaceAll('.', '\\.').replaceAll('*', '[^/]+')}$`),
    }));
}
