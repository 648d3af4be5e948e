// Which problems may pass by themselves, and how the card names them.
import type { Problem } from './problem.ts';
import type { Trouble } from './view.ts';

/** Whether the problem may pass by itself: no answer, or an outage behind the service. A wrong setting does not, whatever its status. */
export const isPassing = ({ status, code }: Problem) =>
  code !== 'configuration' && code !== 'upstream-invalid-reply' && [0, 429, 502, 503, 504].includes(status);

/** The trouble that the card shows for a problem that may pass. */
export function troubleOf({ status, code }: Problem): Trouble {
  if (code === 'saldo-not-ready') return 'slow';
  if (code === 'upstream-busy' || status === 429) return 'busy';
  return status === 0 ? 'offline' : 'silent';
}
