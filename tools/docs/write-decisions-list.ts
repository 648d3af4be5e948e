// Writes the list in docs/decisions/README.md from the decisions' titles. A test compares the two.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('../../docs/decisions/', import.meta.url);
const begin = '<!-- decisions -->';
const end = '<!-- /decisions -->';

/** The page with its generated list. Throws if the place for it is missing. */
export function withDecisionsList(page: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error('docs/decisions/README.md has no place for its list.');
  const names = readdirSync(folder).filter((name) => /^\d{4}-/.test(name));
  const lines = names.sort().map((name) => {
    const [title = ''] = readFileSync(new URL(name, folder), 'utf8').split('\n');
    return `- [${title.replace(/^# /, '')}](${name})`;
  });
  return `${page.slice(0, from)}${begin}\n\n${lines.join('\n')}\n\n${page.slice(to)}`;
}

if (import.meta.main) {
  const file = new URL('README.md', folder);
  writeFileSync(file, withDecisionsList(readFileSync(file, 'utf8')));
}
