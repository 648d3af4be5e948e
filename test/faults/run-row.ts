// Runs one row of the fault suite and compares it with the expected outcome.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { SpawnedHost } from '../../local/host/spawn.ts';
import { policyChanges } from '../fixtures/policy-app/policy-app.ts';
import { type Expected, expectOutcome, type RowResult } from './expect-outcome.ts';
import type { FaultWorld, Outcome, UpstreamName } from './fault-world.ts';
import { canHang, hangingPort } from './hanging-port.ts';
import { type AttemptLine, attemptLines } from './log-lines.ts';
import type { Target } from './targets.ts';
import { type FaultName, type Kind, type Wire, wireRows } from './wire-rows.ts';

/** Base and maximum of the back-off, milliseconds, with the default settings. */
const backoff = { base: 200, cap: 2000 };

/** Switches a fault on. Returns a function that switches it off. */
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

/** The expected outcome of a fault at a target. */
export function expectationOf(target: Target, fault: FaultName): Expected {
  const kind: Kind = target.kinds?.[fault] ?? wireRows[fault].kind;
  const isReadLater = kind === 'broken' && target.readLater?.(fault) === true;
  const once = kind === 'asked-late' || kind === 'throttled' || kind === 'broken';
  // 0.25 s later the one-second pause of a 429 still lasts, longer than an attempt may wait.
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
    // If nothing can arrive, the log counts; so it does when the Azure SDK repeats a call by itself.
    // A reset on a connection that had served before is repeated at once, and is not an attempt.
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

/** Settings of a call's own host: its attempts are as short as elsewhere; everything else has time enough. */
function settingsOf(target: Target): Record<string, string> {
  const roomyMs = 5000;
  const tryOf = (upstream: UpstreamName) => (target.upstream === upstream ? target.tryMs : roomyMs);
  return {
    REQUEST_DEADLINE_MS: '20000',
    // With a fresh feed as evidence one token is needed. Without it two would be fetched side by side, and their attempts would mix.
    CONSENT_CHECK: 'by-feed',
    LANEKASSEN_SEND_CONSENT_TOKEN: 'until-200',
    KEY_VAULT_TOTAL_TIMEOUT_MS: '10000',
    // Time for a token, with all attempts of the first fetch before it.
    MASKINPORTEN_TOTAL_TIMEOUT_MS: '20000',
    ...policyChanges({
      lookupDeadlineMs: 25_000,
      keyVault: { tryMs: roomyMs },
      maskinporten: { tryMs: tryOf('maskinporten'), coldTryMs: tryOf('maskinporten') },
      personTokenIssuer: { tryMs: tryOf('bank-login'), totalMs: tryOf('bank-login') },
      identity: { tryMs: tryOf('identity') },
    }),
  };
}

/**
 * A host for values that a process fetches once and keeps. The call fails before its rows begin, and in every row, so each look-up makes it
 * again.
 */
async function startHostFor(world: FaultWorld, target: Target): Promise<SpawnedHost> {
  await world.setFeed('fresh');
  const undo = await switchOn(world, target, wireRows['status 503'].wire);
  const host = await world.freshHost(settingsOf(target));
  const isFailed = ({ call, outcome }: AttemptLine) => call === target.call && outcome !== 'ok';
  const failed = () => attemptLines(host.output()).filter(isFailed).length;
  // The calls of the start have ended.
  await expect.poll(failed, { timeout: 30_000 }).toBeGreaterThanOrEqual(target.attempts['gateway-error']);
  await sleep(betweenRowsMs);
  await undo();
  return host;
}

/** A failed fetch answers all callers of the next second; a breaker that a 429 opened is half-open after a second as well. */
const betweenRowsMs = 1300;

/** Switches the fault on, makes the call that meets it, switches it off, and asserts. Returns the line of the table. */
export async function runRow(world: FaultWorld, target: Target, fault: FaultName): Promise<RowResult> {
  const own = target.isKept ? await world.hostOf(target.name, () => startHostFor(world, target)) : undefined;
  const primed = target.primed ? await world.primedHost() : undefined;
  const host = own ?? primed;
  const feed = own ? 'fresh' : target.feed;
  if (feed) await world.setFeed(feed);
  // The first look-up of the process fetches the value that is kept.
  if (primed) await world.lookUp(target.upstream, { host: primed });
  const undo = await switchOn(world, target, wireRows[fault].wire);
  let outcome: Outcome;
  try {
    if (target.operation === 'create') outcome = await world.create();
    else if (target.operation === 'sync') outcome = await world.sync();
    else outcome = await world.lookUp(target.upstream, host ? { host } : {});
  } finally {
    await undo();
  }
  const stored = await storedAfter(world, target, outcome);
  if (own) await sleep(betweenRowsMs);
  else if (fault.startsWith('429, Retry')) await closeBreaker(world, target, primed);
  return expectOutcome(target, fault, { ...outcome, stored }, expectationOf(target, fault));
}

async function storedAfter(world: FaultWorld, target: Target, outcome: Outcome): Promise<string> {
  if (target.operation === 'create') return await world.endCreated();
  return target.operation === 'sync' ? await world.feed() : outcome.session;
}

/** A 429 with a delay has opened the breaker. The suite's settings half-open it after a second, and a good answer closes it. */
async function closeBreaker(world: FaultWorld, target: Target, primed?: SpawnedHost): Promise<void> {
  await sleep(betweenRowsMs);
  // The same call is used, because each has a breaker of its own.
  if (target.operation === 'saldo') await world.lookUp(target.upstream, primed ? { host: primed } : {});
  else if (target.operation === 'sync') await world.sync();
  else {
    await world.create();
    await world.endCreated();
  }
}

/** Whether a row can run on this machine, or the reason why not. */
export const cannotRun = (fault: FaultName): string | undefined =>
  wireRows[fault].wire === 'hangs' && !canHang ? 'a connect hangs on Linux only' : undefined;
