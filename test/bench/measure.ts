// Measuring tools of the benchmarks.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { Pool } from 'undici';

/** The median. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** The value with `digits` decimals. */
export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));

/** Clients of one path. Their connections stay open between windows, so a window measures answers and no connects. */
export type Load = { window(ms: number): Promise<{ answers: number; tookMs: number }>; close(): Promise<void> };

/** Creates `concurrency` clients that call one path repeatedly. A window throws if an answer is not 200. */
export function loadOn(url: string, path: string, token: string, concurrency: number): Load {
  const caller = callerOf(url, concurrency);
  return {
    async window(ms) {
      const startedAt = performance.now();
      let answers = 0;
      await Promise.all(
        Array.from({ length: concurrency }, async () => {
          while (performance.now() < startedAt + ms) {
            await caller.get(path, token);
            answers += 1;
          }
        }),
      );
      return { answers, tookMs: performance.now() - startedAt };
    },
    close: () => caller.close(),
  };
}

/** Calls a host with a customer's token, at as little cost of its own as possible. Throws if the answer is not 200. */
export function callerOf(url: string, connections = 1) {
  const pool = new Pool(url, { connections });
  return {
    async get(path: string, token: string): Promise<void> {
      const { statusCode, body } = await pool.request({
        method: 'GET',
        path,
        headers: { authorization: `Bearer ${token}` },
      });
      await body.arrayBuffer();
      if (statusCode !== 200) throw new Error(`${path} gave ${statusCode}`);
    },
    close: () => pool.close(),
  };
}

/** Resident memory of a process, KiB (Linux; `undefined` elsewhere). */
export function residentKiB(pid: number): number | undefined {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

/** Resident memory of a process, MiB (Linux; `undefined` elsewhere). */
export function residentMiB(pid: number): number | undefined {
  const resident = residentKiB(pid);
  return resident === undefined ? undefined : Math.round(resident / 1024);
}

/** CPU time that all threads of a process have used, milliseconds (Linux; `undefined` elsewhere). */
export function cpuMs(pid: number): number | undefined {
  try {
    return readdirSync(`/proc/${pid}/task`).reduce(
      (sum, thread) =>
        sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1_000_000,
      0,
    );
  } catch {
    return undefined;
  }
}

/**
 * How fast the machine is now: milliseconds for 300 000 SHA-256 of a short text, one after the other. A virtual machine shares its cores with
 * others, so an absolute figure means little without this one.
 */
export function fixedWorkMs(): number {
  const startedAt = performance.now();
  let last = '';
  for (let index = 0; index < 300_000; index++) last = createHash('sha256').update(`${last}${index}`).digest('hex');
  return Math.round(performance.now() - startedAt);
}

/** Time in which at least one of the spans ran, milliseconds. Where spans overlap, the time counts once. */
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
