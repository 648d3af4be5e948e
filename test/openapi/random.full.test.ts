// Ten thousand random requests, generated from the document.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { operations } from '../../tools/docs/openapi/operations.ts';
import { runRandom } from './random-run.ts';

let world: World;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(() => world?.close());

test('10 000 random requests: no 500, and no undocumented answer', async () => {
  const tally = await runRandom(world, 10_000);
  const met = [...tally.keys()].sort();
  console.log(met.map((key) => `${key}: ${tally.get(key)}`).join('\n'));
  expect([...tally.values()].reduce((sum, count) => sum + count, 0)).toBe(10_000);
  // They were not all refused early: each operation has given its successful answer and its refusals.
  for (const { id, answers, personToken } of operations) {
    const good = Object.keys(answers).filter((status) => Number(status) < 400);
    expect(good.some((status) => met.includes(`${id} ${status}`)) || id === 'backchannelLogout', id).toBe(true);
    if (personToken) expect(met).toContain(`${id} 401 person-token-invalid`);
  }
  for (const refusal of [
    'startConsent 400 request-invalid',
    'startConsent 413 request-invalid',
    'getSaldo 401 session-ended',
  ])
    expect(met).toContain(refusal);
}, 900_000);
