import { isProblemCode, type ProblemCode, type ProblemDefinition, problems } from '../problem-catalogue.ts';
import { ProblemError } from '../problems.ts';

/** What a page says about a problem, from the catalogue alone. Code is in backticks, as in Markdown. */
export type ProblemText = {
  code: ProblemCode;
  summary: string;
  when: string;
  remedy: string;
  retry: string;
  consent: string | undefined;
};

/** The text of one problem's page. */
export function problemText(code: ProblemCode): ProblemText {
  const { status, title, when, remedy, retryAfterSeconds, consentState }: ProblemDefinition = problems[code];
  const delay = retryAfterSeconds && Object.values(retryAfterSeconds);
  const seconds = delay && (delay[0] === delay[1] ? `${delay[0]}` : delay.join(' to '));
  return {
    code,
    summary: `${title}. HTTP status ${status}${code === 'request-invalid' ? ' (413 when the body is larger than 16 KiB)' : ''}.`,
    when,
    remedy,
    retry: seconds
      ? `The same call may succeed later: obey \`Retry-After\` (${seconds} seconds).`
      : 'The same call will not succeed by being repeated.',
    consent:
      consentState &&
      `The body contains \`"consent": {"state": "${consentState}"}\`, as \`GET /consents/current\` shows it.`,
  };
}

/** The page that `type` of a problem leads to: HTML without script, style or link. Throws `not-found` for an unknown code. */
export function problemHtml(code: string): string {
  if (!isProblemCode(code)) throw new ProblemError('not-found');
  const { summary, when, remedy, retry, consent } = problemText(code);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(code)}</title>
</head>
<body>
<h1><code>${escaped(code)}</code></h1>
<p>${marked(summary)}</p>
<h2>When</h2>
<p>${marked(when)}</p>
<h2>What to do</h2>
<p>${marked(remedy)}</p>
<p>${marked(retry)}</p>
${consent === undefined ? '' : `<p>${marked(consent)}</p>\n`}</body>
</html>
`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');

const marked = (text: string) => escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>');
