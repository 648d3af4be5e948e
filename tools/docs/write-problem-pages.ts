// Writes docs/problems/<code>.md from the catalogue: the pages of the app (`GET /problems/{code}`) as files. A test holds the pages
// against it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { problemText } from '../../shared/http/problem-page.ts';
import { type ProblemCode, problems } from '../../shared/problem-catalogue.ts';

/** `text` in lines of at most 140 characters, as every document here. */
const wrapped = (text: string): string => text.replace(/(.{1,139})(?: |$)/gm, '$1\n').trimEnd();

/** The page of one problem. */
export function problemPage(code: ProblemCode): string {
  const { summary, when, remedy, retry, consent } = problemText(code);
  return `# \`${code}\`

${wrapped(summary)}

${wrapped(`**When.** ${when}`)}

${wrapped(`**What to do.** ${remedy}`)}

${wrapped(retry)}
${consent === undefined ? '' : `\n${consent}\n`}
_Written by \`npm run docs\` from \`shared/problem-catalogue.ts\`._
`;
}

if (import.meta.main) {
  const folder = new URL('../../docs/problems/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  for (const code of Object.keys(problems) as ProblemCode[])
    writeFileSync(new URL(`${code}.md`, folder), problemPage(code));
}
