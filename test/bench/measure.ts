// Measuring tools of the benchmarks.
import { readFileSync } from 'node:fs';
import { Pool } from 'undici';

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Asks one path again and again from `concurrency` clients for `ms`; answers a second. Throws at any answer but 200. */
export async function throughput(
  url: string,
  path: string,
  token: string,
  concurrency: number,
  ms: number,
): Promise<number> {
  const pool = new Pool(url, { connections: concurrency });
  const headers = { authorization: `Bearer ${token}` };
  const endsAt = performance.now() + ms;
  const startedAt = performance.now();
  let answers = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (performance.now() < endsAt) {
        const { statusCode, body } = await pool.request({ method: 'GET', path, headers });
        await body.arrayBuffer();
        if (statusCode !== 200) throw new Error(`${path} gave ${statusCode}`);
        answers += 1;
      }
    }),
  );
  const tookMs = performance.now() - startedAt;
  await pool.close();
  return (answers * 1000) / tookMs;
}

/** What a process has in memory, MiB (Linux; `undefined` elsewhere). */
export function residentMiB(pid: number): number | undefined {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024);
  } catch {
    return undefined;
  }
}

/** Time in which at least one of the spans was under way, milliseconds: what ran side by side counts once. */
export function unionMs(spans: readonly { from: number; to: number }[]): number {
  let total = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { from, to } of [...spans].sort((one, other) => one.from - other.from)) {
    if (to <= until) continue;
    total += to - Math.max(from, until);
    until = to;
  }
  return total;
}
