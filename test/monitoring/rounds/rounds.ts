import { setTimeout as sleep } from 'node:timers/promises';
import { ownCustomers } from '../../../local/simulators/test-customers.ts';
import { policyChanges } from '../../fixtures/policy-app/policy-app.ts';
import type { WireFault } from '../../wire-faults.ts';
import type { Party, Round, Stage } from './stage.ts';
import { storedStateRounds } from './stored-state.ts';

/** The given number of customers make a look-up, one after the other. */
const each = async (stage: Stage, customers: number) => {
  for (let customer = 0; customer < customers; customer++) await stage.saldo(await stage.login(customer));
};
/** All at once. */
const together = (stage: Stage, customers: number) =>
  Promise.all(Array.from({ length: customers }, async (_, customer) => stage.saldo(await stage.login(customer))));
/** All within a few seconds; none waits for another. */
const closeTogether = (stage: Stage, customers: number) =>
  Promise.all(
    Array.from({ length: customers }, async (_, customer) => {
      await sleep(customer * 100);
      await stage.saldo(await stage.login(customer));
    }),
  );
/** One customer makes the given number of look-ups. */
const reload = async (stage: Stage, customer: number, times: number) => {
  const token = await stage.login(customer);
  for (let call = 0; call < times; call++) await stage.saldo(token);
};
const answers = (status: number, headers?: Record<string, string>, body?: string): WireFault => ({
  kind: 'answer',
  status,
  ...(headers === undefined ? {} : { headers }),
  ...(body === undefined ? {} : { body }),
});
const json = { 'content-type': 'application/json' };
/** A round in which one party fails, with eighteen customers. The later ones meet what the app has learnt, such as an open breaker. */
const fails = (party: Party, fault: WireFault, more: Partial<Round> = {}): Round => ({
  ...more,
  async play(stage) {
    stage.wire(party).set(fault);
    await each(stage, 18);
  },
});
/** A customer requests a consent, answers in Altinn, and returns to this round's own host. */
const answerConsent = async ({ world, host, frontEnd }: Stage, token: string, answer: 'approve' | 'reject') => {
  const id = frontEnd.consentIdOf(await frontEnd.startConsent(token));
  world.altinn.control[answer](id);
  await frontEnd.open(world.altinn.control.redirectFor(id).replace(world.apiUrl, `${host.url}/api`));
};
/** No call has arrived yet, so no token is cached. */
const cold = async () => {};
const stranger = (index: number): string => ownCustomers[index]?.nationalId ?? '';

/** Every round, by name: what happens within a minute on one instance. */
export const rounds: Readonly<Record<string, Round>> = {
  // Placed before any round in which the event feed is read.
  'altinn-down-feed-stale': fails('altinn', answers(503)),
  // Ten customers: each saldo is fetched and shown again, and the customer logs out.
  logins: {
    async play(stage) {
      for (let customer = 0; customer < 10; customer++) {
        const token = await stage.login(customer);
        await stage.saldo(token);
        await stage.saldo(token);
        await stage.frontEnd.call('DELETE', '/session', token);
      }
    },
  },
  // Two customers request a consent, give it and see their saldo; a third refuses.
  consents: {
    async play(stage) {
      for (const nationalId of [stranger(1), stranger(2)]) {
        const token = await stage.login(0, nationalId);
        await stage.saldo(token);
        await answerConsent(stage, token, 'approve');
        await stage.saldo(token);
      }
      await answerConsent(stage, await stage.login(0, stranger(3)), 'reject');
    },
  },
  timers: {
    async play(stage) {
      await stage.run('sync-consent-events');
      await stage.run('purge-expired');
    },
  },
  // The calls of the availability test, once from each of five places.
  probe: {
    async play({ host }) {
      for (let place = 0; place < 5; place++) await fetch(`${host.url}/api/health/ready`);
    },
  },
  start: { before: cold, play: (stage) => each(stage, 2) },
  'lanekassen-down': fails('lanekassen', answers(503)),
  'lanekassen-not-reached': fails('lanekassen', { kind: 'reset' }),
  'lanekassen-throttles': fails('lanekassen', answers(429, { 'retry-after': '60' })),
  // Slower than customers wait: the answer is that the saldo is not ready yet.
  'lanekassen-slow': {
    settings: { REQUEST_DEADLINE_MS: '3000' },
    async play(stage) {
      stage.wire('lanekassen').set({ kind: 'late', ms: 5000 });
      await together(stage, 10);
    },
  },
  // Slower than promised, but answered.
  'lanekassen-late': {
    async play(stage) {
      stage.wire('lanekassen').set({ kind: 'late', ms: 6200 });
      await together(stage, 10);
    },
  },
  // Six 429s, each followed by a successful retry.
  'lanekassen-throttles-once': {
    async play(stage) {
      for (let customer = 0; customer < 6; customer++) {
        stage.wire('lanekassen').set(answers(429, { 'retry-after': '1' }), { times: 1 });
        await stage.saldo(await stage.login(customer));
      }
    },
  },
  'lanekassen-400': {
    async play(stage) {
      stage.wire('lanekassen').set(answers(400));
      await each(stage, 3);
    },
  },
  // One customer, whose reply breaks the contract, makes twelve look-ups.
  'reply-invalid': {
    async play(stage) {
      stage.wire('lanekassen').set(answers(200, json, '{"nothing":"of it"}'));
      await reload(stage, 3, 12);
    },
  },
  // One customer, whose consent Lånekassen refuses, makes twelve look-ups.
  'consent-refused': {
    settings: { LANEKASSEN_SEND_CONSENT_TOKEN: 'always' },
    async play(stage) {
      stage.wire('lanekassen').set(answers(403));
      // A customer whom no other round uses.
      await reload(stage, 15, 12);
    },
  },
  'unknown-to-lanekassen': {
    async play(stage) {
      stage.wire('lanekassen').set(answers(404));
      await each(stage, 10);
    },
  },
  'maskinporten-down': fails('maskinporten', answers(503), { before: cold }),
  'maskinporten-throttles': fails('maskinporten', answers(429, { 'retry-after': '30' }), { before: cold }),
  // The event feed was read a moment ago, and is the evidence while Altinn is down.
  'altinn-down': fails('altinn', answers(503), {
    async before(stage) {
      await stage.saldo(await stage.login(16));
      await stage.run('sync-consent-events');
    },
  }),
  'key-vault-refuses': fails('keyVault', answers(403, json, '{"error":{"code":"Forbidden","message":"no"}}'), {
    before: cold,
  }),
  'identity-refuses': fails('identity', answers(400, json, '{"statusCode":400,"message":"no"}'), { before: cold }),
  'tables-down': fails('tables', { kind: 'reset' }),
  // Seven in a hundred calls to the tables are lost, and each retry succeeds.
  'tables-hiccup': {
    async play(stage) {
      let call = 0;
      stage.wire('tables').set({ kind: 'reset' }, { matches: () => ++call % 14 === 0 });
      await each(stage, 10);
    },
  },
  // One place at Lånekassen, one place in the queue, and three dozen customers.
  'queue-full': {
    settings: { LANEKASSEN_MAX_CONCURRENCY: '1', ...policyChanges({ lanekassen: { queue: 2 } }) },
    async play(stage) {
      stage.wire('lanekassen').set({ kind: 'late', ms: 6000 });
      await closeTogether(stage, 36);
    },
  },
  'setting-faulty': {
    settings: { BANKS: '[]' },
    before: cold,
    async play(stage) {
      await each(stage, 3);
      await stage.run('sync-consent-events');
    },
  },
  'tokens-refused': {
    async play(stage) {
      for (let call = 0; call < 10; call++) await stage.saldo(`${(await stage.login(call)).slice(0, -9)}AAAAAAAAA`);
    },
  },
  'callbacks-refused': {
    async play({ frontEnd, host }) {
      for (let call = 0; call < 30; call++)
        await frontEnd.open(`${host.url}/api/consents/callback?state=${'x'.repeat(43)}`);
    },
  },
  ...storedStateRounds,
};
