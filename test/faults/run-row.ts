// Runs one row of the fault suite and holds it against what must come of it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { SpawnedHost } from '../../local/host/spawn.ts';
import { policyChanges } from '../fixtures/policy-app/policy-app.ts';
import { type Expected, expectOutcome, type RowResult } from './expect-outcome.ts';
import type { FaultWorld, Outcome } from './fault-world.ts';
import { canHang, hangingPort } from './hanging-port.ts';
import type { Target } from './targets.ts';
import { type FaultName, type Kind, type Wire, wireRows } from './wire-rows.ts';

/** Base and cap of the back-off, milliseconds, as the settings have them by default. */
const backoff = { base: 200, cap: 2000 };

/** Switches a fault on; what it gives switches it off. */
async function switchOn(world: FaultWorld, target: Target, wire: Wire): Promise<() => Promise<void>> {
  const faults = world.faults(target.upstream);
  if (wire === 'refused') {
    await faults.refuse(true);
    return () => faults.refuse(false);
  }
  if (wire === 'hangs') {
    await faults.refuse(true);
    const hanging = await hangingPort(faults.port);
    return async () => {
      await hanging.end();
      await faults.refuse(false);
    };
  }
  faults.set(wire, { matches: target.matches });
  return async () => faults.clear();
}

/** What must come of a fault at a target. */
export function expectationOf(target: Target, fault: FaultName): Expected {
  const kind: Kind = target.kinds?.[fault] ?? wireRows[fault].kind;
  const isReadLater = kind === 'broken' && target.readLater?.(fault) === true;
  const once = kind === 'asked-late' || kind === 'throttled' || kind === 'broken';
  // After 0.25 s the pause of a second that a 429 asked for still lasts, longer than a try may wait.
  const isKeptBack = target.fetchedFirst === true && (kind === 'asked-soon' || kind === 'asked-late');
  const attempts = isKeptBack ? 4 : target.fetchedFirst ? 5 : once ? 1 : target.attempts[kind];
  const outcome = { 'asked-soon': 'throttled', 'asked-late': 'throttled', broken: 'final' }[kind as string] ?? kind;
  const stop = target.fetchedFirst
    ? 'not-retryable'
    : kind === 'asked-late' && attempts === 1 && target.attempts['asked-soon'] > 1
      ? 'deadline'
      : attempts === 1
        ? 'not-retryable'
        : 'attempts';
  const gaps = Array.from({ length: attempts - 1 }, (_, index): [number, number] => {
    if (target.fetchedFirst) {
      const waited = (isKeptBack ? [1000, 1000, 2000] : [250, 500, 1000, 2000])[index] ?? 0;
      return kind === 'timeout' ? [waited + target.tryMs, waited + target.tryMs] : [waited, waited];
    }
    const jitter = Math.min(backoff.cap, backoff.base * 2 ** index);
    if (kind === 'asked-soon') return [1000, 1200];
    if (kind === 'timeout') return [target.tryMs, target.tryMs + jitter];
    return [0, jitter];
  });
  return {
    answer: target.answers[kind],
    attempts,
    // Where nothing can arrive, our own account of it counts; so it does where the Azure SDK asks a second time by itself.
    // What is reset on a connection that had served before is made again at once, and is no attempt.
    countedBy: ['refused', 'connect hangs', 'reset before the body'].includes(fault) ? 'log' : 'wire',
    outcome: isReadLater ? undefined : outcome,
    ...(target.fetchedFirst ? { eachAlone: true } : {}),
    ...(isKeptBack ? { keptBack: 1 } : {}),
    stop: isReadLater ? undefined : stop,
    gaps,
    stored: target.stored(kind),
    ...target.exceptions?.[fault],
  };
}

/** Switches the fault on, does what meets it, switches it off, and asserts. Gives the line for the table. */
export async function runRow(world: FaultWorld, target: Target, fault: FaultName): Promise<RowResult> {
  const { wire } = wireRows[fault];
  if (target.feed) await world.setFeed(target.feed);
  /** Of this row alone. */
  let host: SpawnedHost | undefined;
  const standing = target.primed ? await world.primedHost() : undefined;
  // The first look-up of that process fetches what it then keeps.
  if (standing) await world.lookUp(target.upstream, { host: standing });
  let undo: (() => Promise<void>) | undefined;
  let outcome: Outcome;
  let stored: string;
  try {
    if (target.process) {
      // With a fresh feed as evidence one token is needed and not two side by side, whose attempts would mix.
      await world.setFeed('fresh');
      const early = await switchOn(world, target, target.process === 'first' ? wire : 'refused');
      world.faults(target.upstream).forget();
      host = await world.freshHost({
        CONSENT_CHECK: 'by-feed',
        LANEKASSEN_SEND_CONSENT_TOKEN: 'until-200',
        ...(target.upstream === 'bank-login'
          ? policyChanges({ personTokenIssuer: { tryMs: target.tryMs, totalMs: target.tryMs } })
          : {}),
        // A cold process on a busy machine takes its time with what the row is not about.
        ...(target.upstream === 'maskinporten'
          ? policyChanges({ keyVault: { tryMs: 2500 }, identity: { tryMs: 2400 } })
          : {}),
      });
      // What the start began has ended.
      await sleep(target.process === 'first' ? 2000 : 1500);
      if (target.process === 'first') undo = early;
      else {
        await early();
        undo = await switchOn(world, target, wire);
      }
    } else undo = await switchOn(world, target, wire);
    if (target.operation === 'create') outcome = await world.create();
    else if (target.operation === 'sync') outcome = await world.sync();
    else
      outcome = await world.lookUp(
        target.upstream,
        host ? { host, sinceStart: target.process === 'first' } : standing ? { host: standing } : {},
      );
  } finally {
    await undo?.();
  }
  if (target.operation === 'create') stored = await world.endCreated();
  else if (target.operation === 'sync') stored = await world.feed();
  else stored = outcome.session;
  const result = expectOutcome(target, fault, { ...outcome, stored }, expectationOf(target, fault));
  await host?.stop();
  // A 429 with a delay has opened the breaker. The suite's settings half-open it after a second, and a good answer closes it.
  if (fault.startsWith('429, Retry') && !host) {
    await sleep(1300);
    // By the same call: each has a breaker of its own.
    if (target.operation === 'saldo') await world.lookUp(target.upstream, standing ? { host: standing } : {});
    else if (target.operation === 'sync') await world.sync();
    else {
      await world.create();
      await world.endCreated();
    }
  }
  return result;
}

/** Whether a row can run on this machine; the reason otherwise. */
export const cannotRun = (fault: FaultName): string | undefined =>
  wireRows[fault].wire === 'hangs' && !canHang ? 'a connect hangs on Linux only' : undefined;
