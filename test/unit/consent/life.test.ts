// Lives of a consent: any order of answers, withdrawals, clocks, restarts, kills and lost messages. No look-up is allowed
// under a consent that the program could know to be invalid (docs/security.md, "How soon a withdrawal is known").
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ProblemError } from '../../../shared/problems.ts';
import { day, freshMs, lagMs, lifeModel, minute } from './life-model.ts';

const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ do: 'ask' as const }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('accepted' as const), which: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rejected' as const), which: fc.nat(2) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('revoked' as const), which: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'end' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'current' as const }) },
  { weight: 5, arbitrary: fc.constant({ do: 'look-up' as const }) },
  { weight: 4, arbitrary: fc.constant({ do: 'sync' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('killed' as const),
      during: fc.constantFrom('sync', 'look-up', 'end', 'ask'),
      after: fc.nat(12),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'silent' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'speaks' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'lose-answer' as const }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 11_000, minute, 4 * minute, 6 * minute, 16 * minute, 61 * minute, 340 * day),
    }),
  },
);

class Killed extends Error {}

async function live(
  check: 'per-look-up' | 'by-feed',
  steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[],
) {
  const model = lifeModel();
  const { time, table, requests, party, person, held, far } = model;
  let app = model.start(check);
  const ended = new Set<string>();
  /** When each withdrawal was made in Altinn, and which of them have been brought to us. */
  const revokedAt = new Map<string, number>();
  const known = new Set<string>();
  let looks = 0;

  const tolerate = async (work: () => Promise<unknown>) => {
    try {
      return await time.run(work());
    } catch (error) {
      if (error instanceof Killed) throw error;
      expect(error).toBeInstanceOf(ProblemError);
      expect((error as ProblemError).code).not.toBe('internal');
      return undefined;
    }
  };
  const lookUp = () =>
    tolerate(async () => {
      const { consent, verified } = await app.gate.standing(person, far());
      if (!verified) await app.gate.prove(person, consent, far());
      const allowed = await app.gate.inOurBooks(person, consent, far());
      looks += 1;
      const request = requests.find(({ id }) => id === allowed.id);
      const since = time.now() - (revokedAt.get(allowed.id) ?? time.now());
      expect(request?.status === 'accepted' || request?.status === 'revoked').toBe(true);
      expect(allowed.validTo).toBeGreaterThan(time.now());
      expect(ended.has(allowed.id)).toBe(false);
      expect(known.has(allowed.id)).toBe(false);
      if (request?.status === 'revoked') {
        // Only where Altinn was not to be read, or not to be asked; and no longer than lag and freshness together.
        expect(check === 'by-feed' || party.silent).toBe(true);
        expect(since).toBeLessThanOrEqual(lagMs + freshMs);
      }
      held.set(allowed.id, Math.min(time.now() + 60 * minute, allowed.validTo));
      await app.gate.answered(person, allowed, 'saldo-fetched', far());
    });
  const sync = () =>
    tolerate(async () => {
      const at = time.now();
      if ((await app.events.sync()) !== 'complete') return;
      for (const [id, since] of revokedAt) {
        if (since + lagMs >= at) continue;
        known.add(id);
        // Within the same run: what was held under it is gone.
        expect(held.get(id) ?? 0).toBeLessThanOrEqual(time.now());
      }
    });
  const end = () =>
    tolerate(async () => {
      await app.consents.end(person, far());
      for (const { id } of requests) ended.add(id);
      expect(held.size).toBe(0);
    });
  const ask = () => tolerate(() => app.consents.start(model.caller, person, model.returnUrl, far()));
  const works = { sync, 'look-up': lookUp, end, ask } as const;

  for (const one of steps) {
    switch (one.do) {
      case 'accepted':
      case 'rejected':
        model.act(one.which, one.do);
        break;
      case 'revoked':
        model.act(one.which, 'revoked');
        for (const { id, status } of requests)
          if (status === 'revoked' && !revokedAt.has(id)) revokedAt.set(id, time.now());
        break;
      case 'current':
        await tolerate(() => app.consents.current(person, far()));
        break;
      case 'killed': {
        // From the nth table operation on nothing is done any more; then another process takes over.
        let left = one.after;
        table.hooks.before = async () => {
          if (left-- <= 0) throw new Killed();
        };
        await works[one.during as keyof typeof works]().catch((error: unknown) => {
          if (!(error instanceof Killed)) throw error;
        });
        table.hooks.before = async () => {};
        app = model.start(check);
        break;
      }
      case 'silent':
      case 'speaks':
        party.silent = one.do === 'silent';
        break;
      case 'lose-answer':
        party.loseNextCreate = true;
        break;
      case 'wait':
        await time.pass(one.ms);
        break;
      default:
        await works[one.do]();
    }
    const { consents } = await app.store.load(person, far());
    // Never two open requests for a person, and never two consents in use.
    for (const state of ['pending', 'accepted'] as const)
      expect(
        consents.filter((consent) => consent.state === state && consent.validTo > time.now()).length,
      ).toBeLessThanOrEqual(1);
  }
  return looks;
}

test.each(['per-look-up', 'by-feed'] as const)(
  '%s: no sequence reaches a look-up that it must not',
  async (check) => {
    let looks = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        looks += await live(check, [{ do: 'ask' }, { do: 'accepted', which: 0 }, { do: 'current' }, ...steps]);
      }),
      { numRuns: Number(process.env.LIFE_RUNS ?? 500) },
    );
    // The property would hold of a program that allows nothing, too.
    expect(looks).toBeGreaterThan(300);
  },
  120_000,
);
