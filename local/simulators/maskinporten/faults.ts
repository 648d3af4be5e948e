// Answers that a test has planned in place of the real ones.
import type { SimulatedAnswer } from '../kit/simulator.ts';
import type { metadataPath } from './metadata.ts';
import { asAnswer, type MpCode, Refusal } from './refusal.ts';

/**
 * An answer in place of the real one. `mpCode` gives the documented body of that code; `retryAfter` is sent unchanged
 * (seconds or a date); `path` is whose answer it replaces, by default the token endpoint's.
 */
export type MaskinportenFault = {
  status: number;
  body?: string | object;
  retryAfter?: string;
  mpCode?: MpCode;
  path?: '/token' | '/jwk' | typeof metadataPath;
};

/** Planned faults, in the order they will come. */
export type PlannedFaults = {
  plan(count: number, fault: MaskinportenFault): void;
  /** Takes the first fault planned for a path, if any. */
  next(path: string): MaskinportenFault | undefined;
};

/** An empty plan. */
export function createPlannedFaults(): PlannedFaults {
  const faults: MaskinportenFault[] = [];
  return {
    plan: (count, fault) => {
      faults.push(...Array<MaskinportenFault>(count).fill(fault));
    },
    next: (path) => {
      const index = faults.findIndex((fault) => (fault.path ?? '/token') === path);
      return index < 0 ? undefined : faults.splice(index, 1)[0];
    },
  };
}

/** What goes over the wire for a fault. */
export function faultAnswer({ status, body, mpCode, retryAfter }: MaskinportenFault): SimulatedAnswer {
  const refusal = mpCode === undefined ? new Refusal(status, 'server_error', 'Simulated fault.') : Refusal.of(mpCode);
  return {
    status,
    body: body ?? asAnswer(refusal).body ?? '',
    headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
  };
}
