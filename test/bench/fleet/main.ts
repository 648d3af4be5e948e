// The fleet simulation: `npm run bench:fleet`. Writes docs/fleet.csv, docs/fleet.svg and docs/fleet-summary.md.
// With arguments `<slow> <part.csv>` it runs one half only; the halves run side by side on two cores.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PeakResult, runPeak } from './peak.ts';
import { drawFleet } from './picture.ts';
import { policyNames, type SlowUpstream } from './policies.ts';
import { summaryOf } from './summary.ts';

const seeds = Array.from({ length: 20 }, (_, index) => index + 1);
const peaks = [1000, 10_000, 100_000];
const slowOnes: readonly SlowUpstream[] = ['lanekassen', 'maskinporten'];
const columns = [
  'slow',
  'logins',
  'policy',
  'seed',
  'instances',
  'retryAfterSeconds',
  'success',
  'p50Ms',
  'p99Ms',
  'callsPerLogin',
  'peakAmplification',
  'recoveryMs',
  'mostCallsIn10s',
  'overloaded',
] as const satisfies readonly (keyof PeakResult)[];
const docs = new URL('../../../docs/', import.meta.url);

const [slow, part] = process.argv.slice(2);
if (slow !== undefined && part !== undefined) await runHalf(slow as SlowUpstream, part);
else await runAll();

async function runHalf(upstream: SlowUpstream, file: string): Promise<void> {
  const results: PeakResult[] = [];
  for (const logins of peaks)
    for (const seed of seeds)
      for (const policy of policyNames) results.push(await runPeak(upstream, logins, policy, seed));
  writeFileSync(file, JSON.stringify(results));
}

async function runAll(): Promise<void> {
  const halves = slowOnes.map((upstream) => {
    const file = join(tmpdir(), `fleet-${process.pid}-${upstream}.json`);
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url), upstream, file], { stdio: 'inherit' });
    return new Promise<PeakResult[]>((resolve, reject) =>
      child.once('close', (code) => {
        if (code !== 0) return reject(new Error(`The half for ${upstream} ended with ${code}.`));
        resolve(JSON.parse(readFileSync(file, 'utf8')) as PeakResult[]);
        rmSync(file);
      }),
    );
  });
  const results = (await Promise.all(halves)).flat();
  const lines = results.map((result) => columns.map((name) => shown(result[name])).join(','));
  writeFileSync(new URL('fleet.csv', docs), `${columns.join(',')}\n${lines.join('\n')}\n`);
  const summary = summaryOf(results);
  writeFileSync(new URL('fleet-summary.md', docs), summary.markdown);
  writeFileSync(new URL('fleet.svg', docs), drawFleet(summary.rows));
  process.stdout.write(summary.markdown);
}

function shown(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'number' ? String(Number(value.toFixed(4))) : String(value);
}
