// `npm start`: the whole local world and the bank page. `--banks 3` starts three banks. `--origin` and `--return-url` allow a developer's
// own pages.
import { runUntilStopped, startDevWorld } from './dev-world.ts';
import { developerPages } from './developer-pages.ts';
import { spawnHost } from './host/spawn.ts';
import { portsFrom } from './ports.ts';

try {
  const pages = developerPages(process.argv.slice(2));
  const ports = portsFrom(process.env);
  const world = await startDevWorld(ports, (env) => spawnHost({ port: ports.host, env }), pages);
  console.log(world.words);
  runUntilStopped(world);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
