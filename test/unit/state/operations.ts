// What customers, the identity provider, the timers and the operator do, run as the program's host would run it. The oracle holds the
// program to every answer given here.
import { randomUUID } from 'node:crypto';
import { ProblemError } from '../../../shared/problems.ts';
import { Deadline, DeadlineExceeded } from '../../../shared/resilience/deadline.ts';
import type { Login, Oracle } from './oracle.ts';
import { lagMs, resources, type Truth } from './parties.ts';
import { issuer } from './rows.ts';
import { returnUrl } from './setup.ts';
import { type Host, people, type World } from './world.ts';

/** The result of an operation. `undefined`: its process has died, or it is still running. */
export type Outcome<T> = { value: T } | { problem: ProblemError } | undefined;

/** The time limit of a request, milliseconds. */
const requestMs = 10_000;
/** Rounds down, because `iat` counts whole seconds. */
export const secondOf = (ms: number) => ms - (ms % 1000);

/** The operations of a run. */
export function createOperations(ports: {
  world: World;
  oracle: Oracle;
  logins: Login[];
  /** Rows that were damaged, by `partition|row`. */
  damaged: ReadonlyMap<string, string>;
  counts: { shown: number };
  fail(what: string, detail?: unknown): void;
}) {
  const { world, oracle, logins, damaged, counts, fail } = ports;
  const { time, parties } = world;
  /** When the identity provider last logged the subject out everywhere. */
  const lastLogoutOf = new Map<string, number>();

  /** Runs one operation as a request is run. A problem that no request may end with fails the run. */
  async function operate<T>(host: Host, work: (deadline: Deadline) => Promise<T>, ms = requestMs): Promise<Outcome<T>> {
    try {
      const deadline = Deadline.after(host.time, ms);
      return { value: await deadline.within(() => work(deadline)) };
    } catch (error) {
      if (error instanceof DeadlineExceeded) return { problem: new ProblemError('upstream-unavailable') };
      if (!(error instanceof ProblemError) || error.code === 'internal' || error.code === 'person-token-invalid') {
        fail('a problem that is a defect', error);
        return undefined;
      }
      return { problem: error };
    }
  }

  const callerOf = ({ person, sid, sub, issuedAt }: Login) => ({
    nationalId: people[person] as (typeof people)[0],
    sessionId: sid,
    issuer,
    subject: sub,
    issuedAt,
  });
  const login = (person: number, sub: string): Login => {
    const issuedAt = secondOf(time.now());
    const subject = sub === 'none' ? undefined : sub === 'shared' ? 'shared' : `subject-${person}`;
    // `iat` counts whole seconds: a login in the second of a logout counts as earlier.
    const isOver = subject !== undefined && (lastLogoutOf.get(subject) ?? 0) >= issuedAt;
    const over = isOver ? { mayBeEnded: true as const } : {};
    const made = { person, sid: `sid-${logins.length}`, sub: subject, issuedAt, firstIssuedAt: issuedAt, ...over };
    logins.push(made);
    return made;
  };

  const asPerson = <T>(
    host: Host,
    one: Login,
    work: (at: Awaited<ReturnType<Host['readPerson']>>, by: Deadline) => Promise<T>,
  ) =>
    operate(host, async (by) => {
      const { names, person } = await host.sessions.admit(callerOf(one), by);
      return work(person ?? (await host.readPerson(names.personKeys, by)), by);
    });

  const lookUp = async (host: Host, one: Login) => {
    const begunAt = time.now();
    const outcome = await operate(host, async (by) =>
      host.saldo.lookUp(callerOf(one), await host.sessions.admit(callerOf(one), by), by),
    );
    if (outcome && 'value' in outcome) {
      counts.shown += 1;
      oracle.onShown(one, outcome.value, begunAt);
    }
    return outcome;
  };
  const ask = (host: Host, one: Login) =>
    asPerson(host, one, (at, by) => host.consents.start(callerOf(one), at, returnUrl, by));
  const current = (host: Host, one: Login) => asPerson(host, one, (at, by) => host.consents.current(at, by));
  const end = async (host: Host, one: Login) => {
    const asked = [...parties.truths.values()].filter((truth) => truth.person === one.person && isInOurBooks(truth));
    const outcome = await asPerson(host, one, (at, by) => host.consents.end(at, by));
    if (outcome && 'value' in outcome)
      for (const { id } of asked) if (!oracle.ended.has(id)) oracle.ended.set(id, time.now());
    return outcome;
  };
  const imported = new Set<string>();
  const isInOurBooks = ({ id, resource }: Truth) => resource === resources[0] || imported.has(id);
  const truth = (person: number, which: number, isFor: (one: Truth) => boolean): Truth | undefined => {
    const some = [...parties.truths.values()].filter((one) => one.person === person && isFor(one));
    return some.at(-1 - (which % Math.max(1, some.length)));
  };

  const logOut = async (host: Host, one: Login, by: 'token' | 'sid' | 'sub', lateMs = 0) => {
    const iat = secondOf(time.now());
    const isBySub = by === 'sub' && one.sub !== undefined;
    const over = isBySub ? logins.filter(({ sub, firstIssuedAt }) => sub === one.sub && firstIssuedAt <= iat) : [one];
    if (isBySub) lastLogoutOf.set(one.sub as string, iat);
    for (const each of over) Object.assign(each, { mayBeEnded: true, ...(by === 'token' ? {} : { isOver: true }) });
    await time.sleep(lateMs);
    const notice = { issuer, jti: randomUUID(), issuedAt: iat, expiresAt: iat + 120_000 };
    const outcome = await operate(host, (deadline) =>
      by === 'token'
        ? host.sessions.end(callerOf(one), deadline)
        : host.sessions.endByNotice(
            { ...notice, ...(isBySub ? { sub: one.sub as string } : { sid: one.sid }) },
            deadline,
          ),
    );
    if (outcome && 'value' in outcome) for (const each of over) each.endedAt ??= time.now();
    return outcome;
  };

  const sync = async (host: Host) => {
    const begunAt = time.now();
    const outcome = await operate(host, () => host.consentEvents.sync(), 300_000);
    if (!outcome || !('value' in outcome) || outcome.value !== 'complete') return outcome;
    for (const one of parties.truths.values()) {
      const isKnown = one.revokedAt !== undefined && one.revokedAt + lagMs < begunAt && !world.isWaiting(one.id);
      const isIndexed = !damaged.has(`id-${one.id}|id`) && isInOurBooks(one);
      if (isKnown && isIndexed && !oracle.ended.has(one.id)) oracle.ended.set(one.id, time.now());
    }
    return outcome;
  };

  const importOne = async (host: Host, person: number) => {
    const known = truth(person, 0, ({ resource }) => resource === resources[1]);
    const one =
      known ??
      parties.add({
        id: randomUUID(),
        person,
        resource: resources[1],
        status: 'accepted',
        validTo: time.now() + 200 * 86_400_000,
      });
    one.acceptedAt ??= one.createdAt;
    if (!host.setup.acceptMigrated) return;
    const migrated = { nationalId: people[person] as (typeof people)[0], id: one.id };
    const outcome = await operate(host, (by) => host.importConsent(migrated, by), 60_000);
    if (outcome && 'value' in outcome && /recorded$/.test(outcome.value)) imported.add(one.id);
  };

  const callback = async (host: Host, person: number, which: number) => {
    const state = new URL(
      truth(person, which, ({ redirectUrl }) => redirectUrl !== '')?.redirectUrl ?? 'https://a/',
    ).searchParams.get('state');
    const outcome = await operate(host, (by) => host.consentCallback(state ?? undefined, by));
    if (outcome && 'value' in outcome && !outcome.value.startsWith(returnUrl))
      fail('a browser was sent elsewhere', outcome);
  };

  return { login, lookUp, ask, current, end, logOut, sync, importOne, callback, operate, truth };
}
