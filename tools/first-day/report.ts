// The report of a first day, in Markdown. It holds no national id, saldo, token, key, consent id or address of a consent.
import { contacts } from './contacts.ts';
import type { DayResult } from './first-day.ts';
import { notProbed, probed } from './questions.ts';
import type { Taken } from './steps.ts';

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

/** The report as Markdown. `head`: labels and values that say what was run, and against which parties. */
export function reportOf(head: readonly (readonly [string, string])[], result: DayResult): string {
  const { taken, steps, answers } = result;
  return `# First day: Saldo på studielån

**${summaryOf(result)}**

${table(['', ''], head)}

## Steps

${table(
  ['Step', 'Began', 'Took', 'Result', 'Seen'],
  taken.map((step) => [
    step.title,
    step.startedAt,
    `${step.seconds} s`,
    step.blame === undefined ? 'green' : '**RED**',
    step.blame?.says ?? step.seen,
  ]),
)}
${taken.length < steps ? `\n${steps - taken.length} steps were not taken.\n` : ''}
${blameWords(taken)}## Settings that follow

${changeLines(result).join('\n') || 'None: the settings fit the answers of the parties.'}

## Open questions

The answers of the real parties. docs/contracts/open-questions.md has the questions by their numbers.

${table(
  ['Number', 'Question', 'Answer', 'Setting'],
  answers.map(({ question, seen, value }) => {
    const { setting } = probed[question];
    return [question, probed[question].question, seen, setting && value !== undefined ? `${setting}=${value}` : ''];
  }),
)}

${table(['Without a probe', 'Why'], Object.entries(notProbed))}
`;
}

/** The result in one sentence. */
export function summaryOf({ taken, steps, changes }: DayResult): string {
  const red = taken.find(({ blame }) => blame !== undefined);
  if (red?.blame) return `Red at step ${taken.length} of ${steps}: ${red.title}. Who can fix it: ${red.blame.who}.`;
  const count = Object.keys(changes).length;
  return `All ${steps} steps are green${count === 0 ? '.' : `, once ${count} setting(s) are changed.`}`;
}

/** Each as \`NAME=value\`, in the form of a code block. A blank at the end counts, so values are in quotes. */
export function changeLines({ changes }: DayResult): string[] {
  const lines = Object.entries(changes).map(([name, value]) => `${name}="${value}"`);
  return lines.length === 0 ? [] : ['```', ...lines, '```'];
}

/** The party that can fix the red step, and how; empty when all are green. */
export function blameWords(taken: readonly Taken[]): string {
  const blame = taken.at(-1)?.blame;
  if (blame === undefined) return '';
  return `## Who can fix it

${blame.says}

- Who: ${blame.who}: ${contacts[blame.who]}
- What to do: ${blame.remedy}

`;
}
