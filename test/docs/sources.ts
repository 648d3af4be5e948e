// The files that git keeps of this repository, and the comments in its code, for the tests that read them.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Paths from the root of the files that git keeps or would keep, if their names end in one of `endings`. */
export const sources = (...endings: string[]): string[] =>
  execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z', ...endings.map((ending) => `*${ending}`)], {
    encoding: 'utf8',
  })
    .split('\0')
    .filter((path) => path !== '' && !path.includes('node_modules/'))
    .filter((path, index, all) => all.indexOf(path) === index && existsSync(path));

/** The comments of a TypeScript text, one a line: lines that belong together are joined. Comments after code count too. */
export function commentsIn(text: string): string {
  const comments = text.matchAll(/\/\*[\s\S]*?\*\/|(?:(?:^|(?<=[\s;,{(]))[ \t]*\/\/[^\n]*(?:\n(?=[ \t]*\/\/))?)+/gm);
  return [...comments]
    .map(([comment]) => comment.replace(/^[ \t]*(?:\/\*\*?|\*\/?|\/\/)[ \t]?/gm, '').replace(/\s*\n\s*/g, ' '))
    .join('\n');
}
