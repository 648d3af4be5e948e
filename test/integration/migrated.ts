// Consents moved from Altinn 2, and the command that imports them, for tests.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';

const weights = [
  [3, 7, 6, 1, 8, 9, 4, 5, 2],
  [5, 4, 3, 2, 7, 6, 5, 4, 3, 2],
] as const;
const control = (digits: string, row: readonly number[]) =>
  (11 - (row.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0) % 11)) % 11;

/** Synthetic national ids (month + 80, as Tenor's), all different. */
export function syntheticPeople(count: number): string[] {
  const found: string[] = [];
  for (let day = 0; found.length < count; day++) {
    const date = new Date(Date.UTC(1970, 0, 1 + day));
    const two = (value: number) => String(value).padStart(2, '0');
    const born = `${two(date.getUTCDate())}${two(date.getUTCMonth() + 81)}${two(date.getUTCFullYear() % 100)}`;
    for (let serial = 100; serial < 400 && found.length < count; serial += 7) {
      const nine = `${born}${serial}`;
      const first = control(nine, weights[0]);
      const second = control(`${nine}${first}`, weights[1]);
      if (first < 10 && second < 10) found.push(`${nine}${first}${second}`);
    }
  }
  return found;
}

/** One accepted consent for each person, as Altinn holds it after the move. */
export function migratedFor(people: readonly string[], organisationNumber: string) {
  const validTo = Date.now() + 90 * 86_400_000;
  return people.map((nationalId) => ({ id: randomUUID(), nationalId, organisationNumber, validTo }));
}

/** The command as a process of its own. */
export function startImport(csv: string, env: Record<string, string>, args: readonly string[] = []) {
  const tool = fileURLToPath(new URL('../../tools/import-consents/main.ts', import.meta.url));
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [tool, '--csv', csv, ...args], {
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  let summary = '';
  child.stderr.on('data', (chunk: Buffer) => {
    written += chunk.toString('utf8');
  });
  child.stdout.on('data', (chunk: Buffer) => {
    summary += chunk.toString('utf8');
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return { ended, progress: () => written, summary: () => summary, kill: () => child.kill('SIGKILL') };
}
