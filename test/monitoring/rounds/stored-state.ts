// Rounds about the event feed and the stored state. They come last, because they leave their customers' rows changed.
import { setTimeout as sleep } from 'node:timers/promises';
import { TableClient } from '@azure/data-tables';
import { changeDocument, isPersonOf, rowsOf } from '../../integration/feed.ts';
import type { Round, Stage } from './stage.ts';

const minute = 60_000;

/** A customer who accepts a new request in Altinn and has not returned. Returns the token and the consent's id. */
async function saysYes({ world, frontEnd, login }: Stage, customer: number) {
  const token = await login(customer);
  await frontEnd.call('DELETE', '/consents/current', token);
  const id = frontEnd.consentIdOf(await frontEnd.startConsent(token));
  world.altinn.control.approve(id);
  return { token, id };
}

/** Returns once the condition is true, or after twenty seconds, because a busy machine is slow. */
async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (let waits = 0; waits < 40 && !(await isSo()); waits++) await sleep(500);
}

const waiting = async ({ world }: Stage) =>
  (await rowsOf(world, 'consents')).filter(({ rowKey }) => String(rowKey).startsWith('waiting-'));

/** Sets back the clock of every waiting event: it arrived two hours ago, and its next try is due. */
async function waitsForTwoHours(stage: Stage): Promise<void> {
  await until(async () => (await waiting(stage)).length > 0);
  const client = TableClient.fromConnectionString(stage.world.azurite.connectionString, 'consents', {
    allowInsecureConnection: true,
  });
  const now = Date.now();
  const ago = { since: new Date(now - 120 * minute).toISOString(), nextAt: new Date(now).toISOString() };
  for (const { partitionKey, rowKey } of await waiting(stage))
    await client.updateEntity({ partitionKey: String(partitionKey), rowKey: String(rowKey), ...ago }, 'Merge');
}

/** The rounds by name, as in `rounds.ts`. */
export const storedStateRounds: Readonly<Record<string, Round>> = {
  'feed-fails': {
    async play(stage) {
      stage.wire('altinn').set({ kind: 'answer', status: 503 });
      await stage.run('sync-consent-events');
    },
  },
  // An event that no run can act on has waited for two hours: Altinn's feed answers, but the consent cannot be read.
  'feed-event-stuck': {
    async before(stage) {
      await saysYes(stage, 13);
      stage.world.altinn.control.advanceFeed(6 * minute);
      stage.world.altinn.control.failNext(50, { route: 'read', status: 503 });
      await stage.run('sync-consent-events');
      await waitsForTwoHours(stage);
    },
    async play(stage) {
      await stage.run('sync-consent-events');
      await until(() => stage.host.output().includes('"event":"feed-event-stuck"'));
      stage.world.altinn.control.noFaults();
    },
  },
  // One customer's row was written by a newer version, and the customer makes three look-ups.
  'row-unreadable': {
    async play(stage) {
      const { token, id } = await saysYes(stage, 14);
      await changeDocument(stage.world, 'consents', isPersonOf(id), (document) => ({ ...document, v: 2 }));
      for (let call = 0; call < 3; call++) await stage.saldo(token);
    },
  },
  // Lånekassen refuses the consents of ten customers one after the other, and serves none.
  'consents-refused-for-all': {
    async play(stage) {
      stage.wire('lanekassen').set({ kind: 'answer', status: 403 });
      for (let customer = 0; customer < 10; customer++) await stage.saldo(await stage.login(customer));
    },
  },
};
