import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createRestarts, type Restart } from '../../../tools/dev/restarts.ts';

function restarting(work: () => Promise<void>) {
  const reported: Restart[] = [];
  return { reported, restarts: createRestarts({ work, report: (restart) => reported.push(restart), settleMs: 5 }) };
}

test('changes that come together cause one restart; a change during the restart causes another', async () => {
  let runs = 0;
  let atOnce = 0;
  const { reported, restarts } = restarting(async () => {
    runs += 1;
    atOnce += 1;
    expect(atOnce).toBe(1);
    await sleep(20);
    atOnce -= 1;
  });
  for (let count = 0; count < 5; count++) restarts.changed();
  await sleep(15);
  restarts.changed();
  restarts.changed();
  await restarts.idle();
  expect(runs).toBe(2);
  expect(reported.map(({ ok }) => ok)).toEqual([true, true]);
});

test('a failed restart is reported, and the next change starts another', async () => {
  let fails = true;
  const { reported, restarts } = restarting(async () => {
    if (fails) throw new Error('no bundle');
  });
  restarts.changed();
  await restarts.idle();
  expect(reported).toEqual([{ ok: false, why: 'no bundle' }]);
  fails = false;
  restarts.changed();
  await restarts.idle();
  expect(reported[1]).toMatchObject({ ok: true });
});
