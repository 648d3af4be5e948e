import type { PersonKey } from '../person/person-key.ts';
import type { Time } from '../resilience/time.ts';

/**
 * Refusals that can affect all customers at once: Lånekassen's 403, Maskinporten's refusal of a consent token, and Altinn's coded 404 on
 * an accepted consent.
 */
export type SharedRefusal = 'refused' | 'token' | 'absent';

const windowMs = 10 * 60_000;
const customers = 3;

/** For one kind: the first refusals after the last good answer, and the last outage. */
type Seen = { refusals: { personKey: PersonKey; at: number }[]; outage?: { from: number; to: number | undefined } };

/**
 * Distinguishes a refusal of one customer from an outage. Three customers within ten minutes, and no good answer of that upstream after
 * the first of them, are an outage, which is written into no customer's state. In the memory of the process only.
 */
export type RefusalWatch = ReturnType<typeof createRefusalWatch>;

/** Makes the watch. */
export function createRefusalWatch(time: Pick<Time, 'now'>) {
  const seen: Record<SharedRefusal, Seen> = {
    refused: { refusals: [] },
    token: { refusals: [] },
    absent: { refusals: [] },
  };
  return {
    /** Notes a refusal; `true`: it is an outage. */
    isOutage(kind: SharedRefusal, person: PersonKey): boolean {
      const own = seen[kind];
      const now = time.now();
      if (own.outage !== undefined && own.outage.to === undefined) return true;
      own.refusals = own.refusals.filter((one) => one.personKey !== person && now - one.at <= windowMs);
      own.refusals.push({ personKey: person, at: now });
      if (own.refusals.length < customers) return false;
      own.outage = { from: own.refusals[0]?.at ?? now, to: undefined };
      return true;
    },

    /** The upstream has answered a customer well. */
    good(kind: SharedRefusal): void {
      const own = seen[kind];
      own.refusals = [];
      if (own.outage) own.outage.to ??= time.now();
    },

    /** Whether a refusal at that time (milliseconds since 1970) was part of an outage that is known now. */
    wasOutage(kind: SharedRefusal, at: number): boolean {
      const { outage } = seen[kind];
      return outage !== undefined && at >= outage.from && at <= (outage.to ?? time.now());
    },
  };
}
