// observer.full.test.ts runs this file as a run of its own, which must fail although its only test passes.
import { expect, test } from 'vitest';
import { spawnHost } from '../../../local/host/spawn.ts';

test('the answers are not checked here', async () => {
  const host = await spawnHost({ root: import.meta.dirname, env: {} });
  for (const path of ['health/live', 'saldo', 'consents/log', 'health/ready', 'consents/current', 'nowhere'])
    await (await fetch(`${host.url}/api/${path}`)).arrayBuffer();
  expect(await host.stop()).toBe(0);
});
