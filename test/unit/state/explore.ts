// `node test/unit/state/explore.ts` searches for a run that fails (test/unit/support/explore.ts).
import { explore } from '../support/explore.ts';
import { play } from './play.ts';
import { run } from './profiles.ts';

await explore(run, play, ({ opening, steps, ...options }) => ({
  head: JSON.stringify(options),
  steps: [...opening, ...steps],
}));
