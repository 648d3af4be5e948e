// Writes docs/problems/<code>.md from the catalogue: what `type` of a problem leads to. A test holds the pages against it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { type ProblemCode, type ProblemDefinition, problems } from '../../shared/problems.ts';

/** The page of one problem. */
export function problemPage(code: ProblemCode): string {
  const { status, title, when, retryable, remedy, retryAfterSeconds, consentState }: ProblemDefinition = problems[code];
  const delay = retryAfterSeconds && Object.values(retryAfterSeconds);
  const seconds = delay && (delay[0] === delay[1] ? `${delay[0]}` : delay.join(' to '));
  return `# \`${code}\`

${title}. HTTP status ${status}${code === 'request-invalid' ? ' (413 when the body is larger than 16 KiB)' : ''}.

**When.** ${when}

**What to do.** ${remedy}

${retryable ? `The same call may succeed later: obey \`Retry-After\` (${seconds} seconds).` : 'The same call will not succeed by being repeated.'}
${consentState ? `\nThe body tells \`"consent": {"state": "${consentState}"}\`, as \`GET /consents/current\` shows it.\n` : ''}
_Written by \`npm run docs\` from \`shared/problems.ts\`._
`;
}

if (import.meta.main) {
  const folder = new URL('../../docs/problems/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  for (const code of Object.keys(problems) as ProblemCode[])
    writeFileSync(new URL(`${code}.md`, folder), problemPage(code));
}
