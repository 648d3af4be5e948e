// A reader with a question and only the repository finds the answer from the README in two steps, and DSOP's numbers are correct.
import { expect, test } from 'vitest';
import { linksIn, textOf } from './documents.ts';

/** The text of a section, from its heading to the next one of the same level. */
const section = (page: string, heading: string) =>
  textOf(page)
    .split(/^## /m)
    .find((part) => part.startsWith(`${heading}\n`)) ?? '';

test.each([
  [
    'What do I order first, from whom, by which form?',
    ['A-2', 'Buypass or Commfides', 'B-1', 'registration form', 'DSOP Support'],
  ],
  ['Which test person do I use today?', ['Tenor', '80 added to the', 'TestID', '--persons', 'AM-00004']],
  ['What do I tell my data protection officer?', ['dpia.md', 'dora.md']],
  ['Whom do I call at 14:55 on a Friday?', ['https://support.dsop.no/', '08:00–15:45', '15 May to 14 September']],
])('%s', (question, facts) => {
  const anchor = question
    .toLowerCase()
    .replace(/[^a-z0-9 ]/g, '')
    .replaceAll(' ', '-');
  expect(linksIn(textOf('README.md'))).toContain(`docs/onboarding.md#${anchor}`);
  for (const fact of facts) expect(section('docs/onboarding.md', question)).toContain(fact);
});

test("the contract and the check-list have every step of DSOP and no other, in DSOP's order", () => {
  const steps = [...count('A', 9), ...count('B', 6), ...count('C', 8), ...count('D', 2)];
  const named = (text: string) => [...text.matchAll(/^(?:\| |- \[ \] )([A-D]-\d)/gm)].map(([, step]) => step);
  const contract = section('docs/contracts/onboarding.md', '2. The steps [D] ONB');
  const list = textOf('docs/onboarding.md');
  expect(named(contract)).toEqual(steps);
  expect(named(list.slice(list.indexOf('\n## A. ')))).toEqual(steps);
});

const count = (letter: string, last: number) => Array.from({ length: last }, (_, index) => `${letter}-${index + 1}`);

test('the tests that the impact assessment and the DORA page name exist, and each risk has one', () => {
  const risks = section('docs/dpia.md', '6. Risks and measures').match(/^\| .*`test\//gm) ?? [];
  expect(risks).toHaveLength(8);
});
