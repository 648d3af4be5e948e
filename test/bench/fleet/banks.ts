// The simulation of several banks on one fleet, and what one bank's load peak does to the others: `npm run bench:fleet -- --banks`
// (docs/fleet-banks.md).
import { SeededTime } from '../../unit/support/seeded-time.ts';
import { createOurFleet } from './our-fleet.ts';
import { modelOf, ScalingServer, type Server } from './scaling-server.ts';

const instances = 2;
/** Banks without a load peak, and their logins in ten minutes, all together. The bank with the peak has ten times as many. */
const others = 9;
const loginsInTen = 900;
const seeds = [1, 2, 3, 5, 6];

/** The model of the other simulation, smaller because the fleet here is smaller. `steps`: calls a second. */
const throttling = (steps: readonly number[]) => (time: SeededTime, seed: number) =>
  new ScalingServer(time, { ...modelOf(seed), steps });

/** The upstream in the peak, and how many minutes the peak lasts. */
const upstreams = {
  'answers in 2–6 s: our places are short': {
    minutes: 10,
    server: (time: SeededTime): Server => ({
      async call(signal) {
        await time.sleep(2000 + 4000 * time.random(), signal);
        return { status: 200 };
      },
    }),
  },
  'throttles until it has scaled, ten minutes': { minutes: 10, server: throttling([6, 12, 25, 50]) },
  'throttles until it has scaled, an hour': { minutes: 60, server: throttling([6, 12, 25, 50]) },
  'throttles and never scales': { minutes: 10, server: throttling([6]) },
} as const;

/** `alone`: without the bank with the peak. `in turn`: the program. `one queue`: the same, with all customers counted as one bank's. */
const runs = ['alone', 'in turn', 'one queue'] as const;

/** Results for the customers of the other banks, and for those of the bank with the peak. Shares 0–1; milliseconds. */
type Outcome = { success: number; p50Ms: number; p95Ms: number; rushSuccess: number | undefined };

async function simulate(upstream: keyof typeof upstreams, run: (typeof runs)[number], seed: number): Promise<Outcome> {
  const time = new SeededTime(seed * 7919 + 1);
  const { minutes, server } = upstreams[upstream];
  const spanMs = minutes * 60_000;
  const logins = (loginsInTen * minutes) / 10;
  const fleet = createOurFleet(instances, 'lanekassen', time, server(time, seed));
  const arrivals = new SeededTime(seed * 104729 + 13);
  /** How long each served customer has waited. */
  const waits: Record<'others' | 'rush', number[]> = { others: [], rush: [] };
  const visit = async (session: number, who: 'others' | 'rush', at: number) => {
    const bank = run === 'one queue' ? 'all' : who === 'rush' ? 'rush' : `bank-${session % others}`;
    for (let ask = 0; ask < 3; ask++) {
      const answer = await fleet[Math.floor(time.random() * instances)]?.ask(session, bank);
      if (answer?.ok) return void waits[who].push(time.monotonic() - at);
      if (ask < 2) await time.sleep((answer?.retryAfterSeconds ?? 5) * 1000);
    }
  };
  const rushLogins = run === 'alone' ? 0 : 10 * logins;
  for (let session = 0; session < logins + rushLogins; session++) {
    const at = arrivals.random() * spanMs;
    time.schedule(at, () => void visit(session, session < logins ? 'others' : 'rush', at));
  }
  await time.run();
  const sorted = waits.others.toSorted((one, other) => one - other);
  return {
    success: sorted.length / logins,
    p50Ms: sorted[Math.floor(sorted.length * 0.5)] ?? Number.NaN,
    p95Ms: sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN,
    rushSuccess: rushLogins === 0 ? undefined : waits.rush.length / rushLogins,
  };
}

const median = (values: readonly number[]) => values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
/** The difference from the run without the peak. */
const change = (now: number, before: number) => {
  const share = now / before - 1;
  return `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`;
};

/** Runs all simulations, and returns the page with the figures. */
export async function simulateBanks(): Promise<string> {
  const lines: string[] = [];
  for (const upstream of Object.keys(upstreams) as (keyof typeof upstreams)[]) {
    let alone: { success: number; p95Ms: number } | undefined;
    for (const run of runs) {
      const outcomes: Outcome[] = [];
      for (const seed of seeds) outcomes.push(await simulate(upstream, run, seed));
      const of = (name: keyof Outcome) => median(outcomes.map((one) => one[name] ?? 0));
      const [success, p95Ms] = [of('success'), of('p95Ms')];
      alone ??= { success, p95Ms };
      const against = run === 'alone' ? '| |' : `| ${change(success, alone.success)} | ${change(p95Ms, alone.p95Ms)} |`;
      const worst = Math.min(...outcomes.map((one) => one.success));
      const times = `${Math.round(of('p50Ms'))} | ${Math.round(p95Ms)}`;
      const rush = run === 'alone' ? '' : percent(of('rushSuccess'));
      lines.push(`| ${upstream} | ${run} | ${percent(success)} | ${percent(worst)} | ${times} ${against} ${rush} |`);
    }
  }
  return `# Fleet simulation: several banks

Generated by \`npm run bench:fleet -- --banks\`; what it means is in \`performance.md\`. ${others} banks with ${loginsInTen} logins in ten minutes between them,
and one bank with ${10 * loginsInTen}; ${instances} instances. The figures are those of the nine. Medians of the seeds ${seeds.join(', ')}, and the worst seed's success.
*Alone*: the nine without that bank. *In turn*: the program. *One queue*: the same with one queue for all customers, as before the turns.

| Lånekassen | Run | Success | Worst seed | p50 ms | p95 ms | Success, change | p95, change | Success of the large bank |
|---|---|---|---|---|---|---|---|---|
${lines.join('\n')}
`;
}
