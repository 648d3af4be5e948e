import { asProblem } from '../problems.ts';
import { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Readiness } from './answers.ts';

/** What a part of the program must offer to be asked whether it is ready. */
export type Probed = { time: Time; probeState(deadline: Deadline): Promise<unknown> };

/** How long a probe waits; load balancers ask every few seconds. */
const probeMs = 2000;

/**
 * Ready: the settings are sound and the state table answers. Upstreams and vault do not count, or their outage would take
 * every instance out of rotation. A part that is not ready is named; no value is.
 */
export async function checkReady(load: () => Probed): Promise<Readiness> {
  const notReady = (part: 'settings' | 'state-table'): Readiness => ({
    status: 503,
    body: part === 'settings' ? { status: 'not-ready', part, code: 'configuration' } : { status: 'not-ready', part },
  });
  let parts: Probed;
  try {
    parts = load();
  } catch {
    return notReady('settings');
  }
  try {
    await parts.probeState(Deadline.after(parts.time, probeMs));
    return { status: 200, body: { status: 'ready' } };
  } catch (error) {
    // A table of another bank, or one that refuses us, is a wrong setting. The problem is logged where it occurs.
    return notReady(asProblem(error).code === 'configuration' ? 'settings' : 'state-table');
  }
}
