// `node test/unit/borders/explore.ts` searches for a run that fails (test/unit/support/explore.ts).
import { explore } from '../support/explore.ts';
import { play } from './play.ts';
import { run } from './steps.ts';

await explore(run, play, ({ kinds, steps }) => ({ head: kinds.join(), steps }));
