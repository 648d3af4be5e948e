import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The versions of what was run, as labels and values. */
export function versions(): [string, string][] {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const bundle = createHash('sha256').update(readFileSync('dist/functions.cjs')).digest('hex');
  return [
    ['Program', `${version}, ${commit()}`],
    ['Bundle', `dist/functions.cjs, sha256 ${bundle}`],
    ['Node', process.version],
  ];
}

function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
    const changed = git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ', changed since';
    return `commit ${git('rev-parse', '--short=12', 'HEAD')}${changed}`;
  } catch {
    return 'commit unknown (no git here)';
  }
}
