import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { anchorsIn, documents, linksIn, textOf } from './documents.ts';

const pages = documents();

/** What is wrong with a link of a document; `undefined` for a good link, or one that leads out of the repository. */
function faultOf(page: string, link: string): string | undefined {
  if (/^(?:https?|mailto):/.test(link)) return undefined;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), decodeURI(path));
  if (target.startsWith('..') || !existsSync(target)) return `${link}: there is no ${target}`;
  if (anchor === undefined) return undefined;
  if (!target.endsWith('.md') || statSync(target).isDirectory()) return `${link}: ${target} has no headings`;
  return anchorsIn(textOf(target)).includes(decodeURI(anchor)) ? undefined : `${link}: no such heading in ${target}`;
}

test('the documents are found, and a dead link would be found', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'docs/problems/internal.md']));
  expect(faultOf('docs/runbook.md', 'nowhere.md')).toContain('docs/nowhere.md');
  expect(faultOf('docs/runbook.md', '../README.md#no-such-part')).toContain('no such heading');
  expect(faultOf('README.md', '../outside.md')).toBeDefined();
  expect(linksIn('a [b](c.md "d") `[no](link.md)` ![p](e.png)')).toEqual(['c.md', 'e.png']);
  expect(anchorsIn('# A, b: `c-d`\n## På norsk\n## På norsk\n')).toEqual(['a-b-c-d', 'på-norsk', 'på-norsk-1']);
});

test.each(pages)('every internal link of %s leads to an existing place', (page) => {
  expect(linksIn(textOf(page)).flatMap((link) => faultOf(page, link) ?? [])).toEqual([]);
});

test('every page can be reached from the README', () => {
  const reached = new Set(['README.md']);
  for (const page of reached)
    for (const link of linksIn(textOf(page))) {
      const target = join(dirname(page), link.split('#')[0] ?? '');
      if (existsSync(target) && statSync(target).isDirectory())
        for (const other of pages) if (dirname(other) === target.replace(/\/$/, '')) reached.add(other);
      if (pages.includes(target)) reached.add(target);
    }
  expect(pages.filter((page) => !reached.has(page))).toEqual([]);
});
