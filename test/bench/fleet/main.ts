// The fleet simulation: `npm run bench:fleet`. Writes docs/fleet.csv, docs/fleet.svg and docs/fleet-summary.md.
// The two halves (odd seeds, even seeds) run side by side on two cores (`<0 or 1> <file>` are the arguments of a half).
// `--banks` runs the simulation of several banks in its place, and writes docs/fleet-banks.md.
// `--only ours` runs the program's policy alone and keeps the other policies' lines of docs/fleet.csv, which depend only on their seed.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { simulateBanks } from './banks.ts';
import { type PeakResult, runPeak } from './peak.ts';
import { drawFleet } from './picture.ts';
import { type PolicyName, policyNames, type SlowUpstream } from './policies.ts';
import { summaryOf } from './summary.ts';

const seeds = Array.from({ length: 20 }, (_, index) => index + 1);
const peaks = [1000, 10_000, 100_000];
const slowOnes: readonly [SlowUpstream, ...SlowUpstream[]] = ['lanekassen', 'maskinporten'];
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

const onlyAt = process.argv.indexOf('--only');
const only = onlyAt < 0 ? undefined : (process.argv[onlyAt + 1] as PolicyName);
const [half, part] = process.argv
  .slice(2)
  .filter((_, index) => onlyAt < 0 || (index !== onlyAt - 2 && index !== onlyAt - 1));
if (process.argv.includes('--banks')) await runBanks();
else if (half !== undefined && part !== undefined) await runHalf(Number(half), part);
else await runAll();

async function runBanks(): Promise<void> {
  const page = await simulateBanks();
  writeFileSync(new URL('fleet-banks.md', docs), page);
  process.stdout.write(page);
}

/** Every second seed. The other policies do not depend on which upstream is slow, so their result is computed once and counts for both. */
async function runHalf(odd: number, file: string): Promise<void> {
  const results: PeakResult[] = [];
  for (const logins of peaks)
    for (const seed of seeds.filter((one) => one % 2 === odd))
      for (const policy of only === undefined ? policyNames : [only]) {
        const [first, ...others] = slowOnes;
        const result = await runPeak(first, logins, policy, seed);
        results.push(result);
        for (const slow of others)
          results.push(policy === 'ours' ? await runPeak(slow, logins, policy, seed) : { ...result, slow });
      }
  writeFileSync(file, JSON.stringify(results));
}

async function runAll(): Promise<void> {
  const halves = [0, 1].map((odd) => {
    const file = join(tmpdir(), `fleet-${process.pid}-${odd}.json`);
    const args = [fileURLToPath(import.meta.url), String(odd), file, ...(only === undefined ? [] : ['--only', only])];
    const child = spawn(process.execPath, args, { stdio: 'inherit' });
    return new Promise<PeakResult[]>((resolve, reject) =>
      child.once('close', (code) => {
        if (code !== 0) return reject(new Error(`A half ended with ${code}.`));
        resolve(JSON.parse(readFileSync(file, 'utf8')) as PeakResult[]);
        rmSync(file);
      }),
    );
  });
  const kept = only === undefined ? [] : readRuns().filter(({ policy }) => policy !== only);
  const order = (run: PeakResult) =>
    ((slowOnes.indexOf(run.slow) * 10 + peaks.indexOf(run.logins)) * 100 + run.seed) * 10 +
    policyNames.indexOf(run.policy);
  const results = [...kept, ...(await Promise.all(halves)).flat()].sort((one, other) => order(one) - order(other));
  const lines = results.map((result) => columns.map((name) => shown(result[name])).join(','));
  writeFileSync(new URL('fleet.csv', docs), `${columns.join(',')}\n${lines.join('\n')}\n`);
  const summary = summaryOf(results);
  writeFileSync(new URL('fleet-summary.md', docs), summary.markdown);
  writeFileSync(new URL('fleet.svg', docs), drawFleet(summary.rows));
  process.stdout.write(summary.markdown);
}

/** The runs of docs/fleet.csv. */
function readRuns(): PeakResult[] {
  const texts = new Set<string>(['slow', 'policy']);
  return readFileSync(new URL('fleet.csv', docs), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const entries = line.split(',').map((value, index) => {
        const name = columns[index] ?? '';
        if (texts.has(name)) return [name, value];
        return [name, value === '' ? undefined : name === 'overloaded' ? value === 'true' : Number(value)];
      });
      return Object.fromEntries(entries) as PeakResult;
    });
}

function shown(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'number' ? String(Number(value.toFixed(4))) : String(value);
}
