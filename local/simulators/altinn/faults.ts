// Faults that a test plans for Altinn's API.

/** The calls a fault can be planned for. */
export type AltinnRoute = 'create' | 'read' | 'events' | 'lookup';

/** A planned fault. */
export type AltinnFault = {
  /** Only for this call; default: whichever API call comes next. */
  route?: AltinnRoute;
  /** HTTP status of the answer; not used with `afterProcessing`. */
  status?: number;
  body?: string | object;
  /** Value of `Retry-After`, as sent. */
  retryAfter?: string;
  /** Do the work, then break the connection: the answer that was lost. */
  afterProcessing?: boolean;
};

/** Faults in the order planned, each used as often as planned. */
export type PlannedFaults = {
  plan(count: number, fault: AltinnFault): void;
  /** Forgets what was planned and has not come up. */
  clear(): void;
  take(route: AltinnRoute): AltinnFault | undefined;
};

/** A list of planned faults, empty at first. */
export function createPlannedFaults(): PlannedFaults {
  const planned: { left: number; fault: AltinnFault }[] = [];
  return {
    plan(count, fault) {
      planned.push({ left: count, fault });
    },
    clear() {
      planned.length = 0;
    },
    take(route) {
      const entry = planned.find(({ left, fault }) => left > 0 && (fault.route ?? route) === route);
      if (!entry) return undefined;
      entry.left -= 1;
      return entry.fault;
    },
  };
}
