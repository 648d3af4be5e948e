import { spawnHost } from '../../local/host/spawn.ts';
import { buildApp } from './apps.ts';
import { median, rounded } from './measure.ts';

/** Measures the time from the start of a process to its first answer: the bundle and hello-world in turns, on one host program. */
export async function measureStartUp(turns = 7) {
  const hello = await buildApp('hello-app');
  const root = new URL('../../', import.meta.url).pathname;
  const first = async (appRoot: string, path: string) => {
    const startedAt = performance.now();
    const host = await spawnHost({ env: {}, root: appRoot });
    await (await fetch(`${host.url}/api${path}`)).arrayBuffer();
    const tookMs = performance.now() - startedAt;
    await host.stop();
    return tookMs;
  };
  const bundle: number[] = [];
  const baseline: number[] = [];
  for (let turn = 0; turn <= turns; turn++) {
    const bundleMs = await first(root, '/health/live');
    const helloMs = await first(hello.root, '/hello');
    // The first turn fills the disk cache.
    if (turn === 0) continue;
    bundle.push(bundleMs);
    baseline.push(helloMs);
  }
  await hello.remove();
  return {
    bundleMs: rounded(median(bundle), 0),
    helloMs: rounded(median(baseline), 0),
    ratio: rounded(median(bundle.map((ms, turn) => ms / (baseline[turn] ?? ms)))),
    turns,
  };
}
