// The simulators as a process of their own, for `npm start`: the keys of the outside parties live here and not in the
// host's memory. Sends the settings that the app needs to its parent.
import { developerPages } from '../developer-pages.ts';
import { portsFrom } from '../ports.ts';
import { startSimulators } from './all.ts';

try {
  const simulators = await startSimulators(portsFrom(process.env), { pages: developerPages(process.argv.slice(2)) });
  process.send?.({ settings: simulators.settings });
  const stop = () => void simulators.close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('disconnect', stop);
} catch (error) {
  process.send?.({ fault: error instanceof Error ? error.message : 'The simulators did not start.' });
  process.exitCode = 1;
  process.disconnect?.();
}
