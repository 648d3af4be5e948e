import type { measureChain } from './chain.ts';
import type { measureLogins } from './logins.ts';
import type { measureStartUp } from './start-up.ts';
import type { measureWarm } from './warm.ts';

/** All figures of one run. */
export type Report = {
  machine: { cores: number; model: string | undefined; node: string; loadBefore: number; loadAfter: number };
  startUp: Awaited<ReturnType<typeof measureStartUp>>;
  warm: Awaited<ReturnType<typeof measureWarm>>;
  chain: Awaited<ReturnType<typeof measureChain>>;
  logins: Awaited<ReturnType<typeof measureLogins>>;
};

const met = (is: boolean) => (is ? 'met' : '**missed**');

/** The figures as the table of `docs/performance.md`. */
export function figuresTable({ machine, startUp, warm, chain, logins }: Report): string {
  const load = `load ${machine.loadBefore} before, ${machine.loadAfter} after`;
  return [
    `One run of \`npm run bench -- --write\`: ${machine.cores} cores (${machine.model ?? 'unknown'}), Node ${machine.node}, ${load}.`,
    'The benchmarks draw no random numbers of their own, so there is no seed to name.',
    '',
    '| what | ours | baseline of the same run | ratio | goal |',
    '|---|---|---|---|---|',
    `| warm look-up, 16 clients (median of ${warm.pairs} pairs of hosts, ${warm.ratios.join(' · ')}) | ${warm.perSecond}/s | bare handler ${warm.barePerSecond}/s | ${warm.ratio} | at least 0.8: ${met(warm.ratio >= 0.8)} |`,
    `| the same, CPU time of the host | ${warm.cpuMs} ms | ${warm.bareCpuMs} ms | ${warm.cpuRatio} | |`,
    `| look-up through all upstreams (median of ${chain.lookUps} over ${chain.hosts} hosts, each after ${chain.warmUp}) | ${chain.medianMs} ms | upstreams at work ${chain.upstreamsMs} ms | added ${chain.addedMs} ms | at most 8 ms: ${met(chain.addedMs <= 8)} |`,
    `| the same, CPU time of the host | ${chain.cpuMs} ms | the machine's fixed work ${chain.fixedWorkMs} ms | | |`,
    `| start to first answer (median of ${startUp.turns}) | ${startUp.bundleMs} ms | hello world ${startUp.helloMs} ms | ${startUp.ratio} | at most 2: ${met(startUp.ratio <= 2)} |`,
    `| memory after ${warm.memory.lookUps} look-ups | ${warm.memory.afterMiB ?? '–'} MiB | before them ${warm.memory.beforeMiB ?? '–'} MiB | | |`,
    '',
    `Per 1 000 logins of ${logins.customers} customers: Lånekassen ${logins.lanekassen} (goal 1 000: ${met(logins.lanekassen === 1000)}), Altinn reads`,
    `${logins.altinnReads}, grants ${logins.grants}, signatures ${logins.signatures}, table operations ${logins.tableOperations}.`,
    '',
  ].join('\n');
}

const [begin, end] = ['<!-- figures: npm run bench -- --write -->\n', '<!-- end of figures -->'];

/** The document with its figures replaced. Throws if the document has no place for them. */
export function withFigures(document: string, report: Report): string {
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error('docs/performance.md has no place for figures.');
  return `${document.slice(0, from + begin.length)}\n${figuresTable(report)}\n${document.slice(to)}`;
}
