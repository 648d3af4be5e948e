// Every path of this repository that a comment or a document cites exists, and so does the heading or question that it names.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { anchorsIn, textOf } from './documents.ts';
import { commentsIn, sources } from './sources.ts';

/** A path below one of the repository's folders, or a document beside the citing one; then an anchor, sections or question numbers. */
const citation =
  /(?<![\w/.<>{}*-])((?:docs|shared|functions|local|test|tools|infra|web)\/[\w./-]+?\.(?:md|ts|tsx|json|bicep|bicepparam|css)|[a-z-]+\.md)(?![\w*/-]|\]\()(#[\p{L}\p{N}_-]+)?`?(?:,? (§[\d.]*\d(?:(?:–|, | and )§?[\d.]*\d)*)| ([UK]\d+(?:, [UK]\d+)*))?/gu;
/** The place of the contracts before they came into the repository. */
const outside =
  /\.\.\/shared\/(?:interface|architecture|reference|domain)|(?<![\w/])(?:domain|reference)\/[\w-]+\.md|architecture`? §/g;

/** `npm run dsop-cases` writes `report.md`. */
const isCitable = (path: string) => path !== 'report.md' && !path.includes('...');

/** What is wrong with the citations of `text`, which is a document, or the comments of the file `from`. */
function faultsOf(from: string, text: string): string[] {
  const faults = [...text.matchAll(outside)].map(([path]) => `${from}: ${path} is not in this repository`);
  for (const [whole, path = '', anchor, sections, questions] of text.matchAll(citation)) {
    if (!isCitable(path)) continue;
    const target = [path, join(dirname(from), path), join('docs/contracts', path)].find((one) => existsSync(one));
    const say = (what: string) => void faults.push(`${from}: ${whole}: ${what}`);
    if (target === undefined) {
      say('no such file');
      continue;
    }
    if (!target.endsWith('.md')) continue;
    const content = textOf(target);
    if (anchor !== undefined && !anchorsIn(content).includes(anchor.slice(1))) say('no such heading');
    for (const [number] of (sections ?? '').matchAll(/\d[\d.]*/g))
      if (!new RegExp(`^#+ ${number.replaceAll('.', '\\.')}\\.? `, 'm').test(content)) say(`no section ${number}`);
    for (const [question] of (questions ?? '').matchAll(/[UK]\d+/g))
      if (!new RegExp(`^\\| ${question}\\b`, 'm').test(content)) say(`no question ${question}`);
  }
  return faults;
}

test('a wrong citation would be found, in every form', () => {
  const faults = (comment: string) => faultsOf('shared/app.ts', commentsIn(comment));
  expect(faults('/** `docs/contracts/resilience.md` §5.2, §5.3; docs/architecture.md#tokens */')).toEqual([]);
  expect(faults('// see docs/contracts/resilience.md\n// §9')).toHaveLength(1);
  expect(faults('call(); // docs/contracts/interface.md §1–§70')).toHaveLength(1);
  expect(faults('/** docs/contracts/open-questions.md U1, U99 */')).toHaveLength(1);
  expect(faults('/** docs/architecture.md#no-such-part */')).toHaveLength(1);
  expect(faults('/** shared/gone.ts */')).toHaveLength(1);
  expect(faults('// ../shared/interface.md §3; domain/maskinporten.md; architecture §4')).toHaveLength(3);
  expect(faults("const path = 'shared/gone.ts';")).toEqual([]);
});

test('every citation in a comment leads to an existing place', () => {
  const files = sources('.ts', '.tsx').filter((path) => path !== 'test/docs/citations.test.ts');
  expect(files.length).toBeGreaterThan(300);
  expect(files.flatMap((path) => faultsOf(path, commentsIn(readFileSync(path, 'utf8'))))).toEqual([]);
});

test('every citation in a document leads to an existing place', () => {
  expect(sources('.md').flatMap((path) => faultsOf(path, textOf(path)))).toEqual([]);
});
