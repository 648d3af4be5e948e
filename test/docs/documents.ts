// The documents of this repository and their content, for the tests that compare them with the code.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** A fenced block: its language, the word after it (`sh local`), and its lines without blank ones. */
export type Block = { language: string; kind: string; lines: string[] };

/** Every Markdown document, by its path from the root. */
export function documents(): string[] {
  const inDocs = readdirSync('docs', { recursive: true, encoding: 'utf8' }).map(
    (name) => `docs/${name.replaceAll('\\', '/')}`,
  );
  const packages = [...readdirSync('.'), ...(existsSync('web/README.md') ? ['web/README.md'] : [])];
  return [...packages, ...inDocs].filter((name) => name.endsWith('.md')).sort();
}

/** A document's text. */
export const textOf = (document: string): string => readFileSync(document, 'utf8');

/** The fenced blocks of a text. */
export function blocksIn(text: string): Block[] {
  return [...text.matchAll(/^```(\S*) ?([^\n]*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', kind = '', body = '']) => ({
      language,
      kind,
      lines: body.split('\n').filter((line) => line !== ''),
    }),
  );
}

/** The text without fenced blocks and code spans, which is read as Markdown. */
export const proseIn = (text: string): string =>
  text.replace(/^```[\s\S]*?^```$/gm, '').replace(/``[^`]+``|`[^`\n]*`/g, (code) => 'x'.repeat(code.length));

/** The targets of links and pictures in order, including web addresses. */
export function linksIn(text: string): string[] {
  const prose = proseIn(text);
  return [
    ...[...prose.matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g)].map(([, target = '']) => target),
    ...[...prose.matchAll(/\b(?:href|src)="([^"]+)"/g)].map(([, target = '']) => target),
  ];
}

/** The anchors that GitHub makes from the headings: lower case, blanks to hyphens, no punctuation, repeats numbered. */
export function anchorsIn(text: string): string[] {
  const seen = new Map<string, number>();
  const headings = text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^#{1,6} +(.+?) *#*$/gm);
  return [...headings].map(([, heading = '']) => {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}
