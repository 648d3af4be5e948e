// Writes docs/problems/<code>.md from the catalogue: the pages of the app (`GET /problems/{code}`) as files. A test holds the pages against it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { problemText } from '../../shared/http/problem-page.ts';
import { type ProblemCode, problems } from '../../shared/problems.ts';

/** The page of one problem. */
export function problemPage(code: ProblemCode): string {
  const { summary, when, remedy, retry, consent } = problemText(code);
  return `# \`${code}\`

${summary}

**When.** ${when}

**What to do.** ${remedy}

${retry}
${consent === undefined ? '' : `\n${consent}\n`}
_Written by \`npm run docs\` from \`shared/problems.ts\`._
`;
}

if (import.meta.main) {
  const folder = new URL('../../docs/problems/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  for (const code of Object.keys(problems) as ProblemCode[])
    writeFileSync(new URL(`${code}.md`, folder), problemPage(code));
}
