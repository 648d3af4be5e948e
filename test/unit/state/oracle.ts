// What must never happen, judged by what the parties know. Checked are each call to Lånekassen, each saldo that a customer is shown, and
// each stored state of a consent.
import type { ConsentState } from '../../../shared/consent/consent.ts';
import type { ShownSaldo } from '../../../shared/saldo/shown-saldo.ts';
import { type Call, lagMs, type Truth } from './parties.ts';
import { endedMs, freshMs } from './setup.ts';
import type { World } from './world.ts';

/** A login session at the identity provider. */
export type Login = {
  person: number;
  sid: string;
  sub: string | undefined;
  /** `iat` of its newest token, in whole seconds as milliseconds. */
  issuedAt: number;
  firstIssuedAt: number;
  /** The identity provider has ended the session, and issues no token for it any more. */
  isOver?: true;
  /** A logout of the session was acknowledged. */
  endedAt?: number;
  /** The session has ended or may have: a logout was begun and not acknowledged, or a damaged row took the session with it. */
  mayBeEnded?: true;
};

/** The oracle. It reports what it finds to `fail`. */
export function createOracle(world: () => World, fail: (what: string, detail?: unknown) => void) {
  /** Consents whose end was acknowledged to the customer or to the feed, and when. */
  const ended = new Map<string, number>();
  /** Consents that were seen stored in a final state, and since when. */
  const closed = new Map<string, { state: ConsentState; at: number }>();
  const truthsOf = (person: number) => [...world().parties.truths.values()].filter((one) => one.person === person);

  /** Whether a consent may serve `person` now. `slackMs`: how long an end may have gone unnoticed. */
  const mayServe = (truth: Truth, slackMs: number, isHeld: boolean): boolean => {
    const now = world().time.now();
    const isLongAgo = (at: number | undefined) => at !== undefined && now - at > slackMs;
    if (truth.acceptedAt === undefined && truth.status !== 'accepted') return false;
    if (Math.max(...truth.validTos) <= now - slackMs) return false;
    if (isLongAgo(ended.get(truth.id))) return false;
    // A withdrawal is stored at once, so nothing is fetched any more. If a session could not be erased, the event waits, and what that
    // session holds stays until the next try.
    const isWaiting = isHeld && world().isWaiting(truth.id);
    if (!isWaiting && isLongAgo(closed.get(truth.id)?.at)) return false;
    // A withdrawal in Altinn is known by a read at the call, or by the feed at the latest. Until then the held saldo stays.
    if (truth.revokedAt === undefined || isHeld) return true;
    return now - truth.revokedAt <= lagMs + freshMs + slackMs;
  };

  return {
    ended,
    closed,

    onCall({ person, consentId }: Call) {
      // Stored consents are read again when they are a second old. The read and the token take time on their way.
      const slackMs = 1000 + 4 * world().slowestWayMs;
      const might = truthsOf(person).filter(({ id }) => consentId === undefined || id === consentId);
      if (!might.some((truth) => mayServe(truth, slackMs, false)))
        fail('a call to Lånekassen without a consent in force', { person, consentId, might });
    },

    onShown(login: Login, shown: ShownSaldo, begunAt: number) {
      const { time, parties, slowestWayMs } = world();
      const now = time.now();
      const call = parties.calls[Number.parseInt(shown.total.amount, 10) - 1];
      if (call?.person !== login.person) fail('a saldo of another customer', { call, login });
      const slackMs = 2 * slowestWayMs;
      const validTo = Date.parse(shown.consent.validTo);
      if (validTo <= now - slackMs) fail('a saldo after its consent has run out', { login, shown });
      const under = truthsOf(login.person).filter((truth) => truth.validTos.includes(validTo));
      if (!under.some((truth) => mayServe(truth, slackMs, true)))
        fail('a saldo under a consent that has ended', { login, under, now, call });
      const { endedAt } = login;
      if (endedAt === undefined || now - endedAt >= endedMs) return;
      if (begunAt >= endedAt || now - endedAt > slackMs)
        fail('a saldo in a session that was logged out', { login, now });
    },

    /** Checks the stored state of a consent. */
    onState(id: string, state: ConsentState) {
      const before = closed.get(id);
      // The end of the use in a row that cannot be read knows only the ids of its consents, so each of them is `ended`.
      if (before !== undefined && before.state !== state && state !== 'ended')
        fail('a consent has left a final state', { id, before, state });
      const isFinal = !['pending', 'accepted', 'abandoned'].includes(state);
      if (isFinal && before === undefined) closed.set(id, { state, at: world().time.now() });
    },
  };
}

export type Oracle = ReturnType<typeof createOracle>;
