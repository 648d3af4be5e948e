// `npm run dev`: the local world with a host that restarts when the source changes. A change in functions/ or shared/ is bundled
// incrementally and the host restarts, in well under a second. Simulators, tables and bank page keep running, so consents and logins
// stay. A change in web/ or in the bank's page builds the card; the page shows it when it is loaded again. This command does not check
// types; the editor and `npm run check` do.
import { execFile } from 'node:child_process';
import { watch } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { runUntilStopped, startDevWorld } from '../../local/dev-world.ts';
import { developerPages } from '../../local/developer-pages.ts';
import { type SpawnedHost, spawnHost } from '../../local/host/spawn.ts';
import { portsFrom } from '../../local/ports.ts';
import { devBundle } from './dev-bundle.ts';
import { createRestarts } from './restarts.ts';

const folder = resolve('.artifacts/dev');
const watched = ['functions', 'shared'];
const run = promisify(execFile);

/** The debugger's port; 0 switches it off. 127.0.0.1 only. */
function inspectPort(given: string | undefined): number {
  const port = given === undefined || given === '' ? 9229 : Number(given);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error('INSPECT_PORT must be a port, or 0 for none.');
  return port;
}

try {
  const pages = developerPages(process.argv.slice(2));
  const ports = portsFrom(process.env);
  const inspect = inspectPort(process.env.INSPECT_PORT);
  const bundle = await devBundle(folder);
  await bundle.rebuild();

  let env: Record<string, string> = {};
  let host: SpawnedHost | undefined;
  const startHost = async () => {
    host = await spawnHost({
      port: ports.host,
      root: folder,
      // Compiled code is kept between restarts.
      env: { ...env, NODE_COMPILE_CACHE: join(folder, 'compile-cache') },
      nodeArgs: ['--enable-source-maps', ...(inspect === 0 ? [] : [`--inspect=127.0.0.1:${inspect}`])],
      onOutput: (text) => process.stdout.write(text),
    });
    return host;
  };
  const world = await startDevWorld(
    ports,
    async (given) => {
      env = given;
      const { url } = await startHost();
      return { url, stop: async () => host?.stop() };
    },
    pages,
  );

  const restarts = createRestarts({
    async work() {
      // If the source does not build, the old host keeps running.
      await bundle.rebuild().catch(() => {
        throw new Error('The bundle could not be made (see above); the host that runs stays.');
      });
      // SIGTERM drains: calls in progress get their answers.
      await host?.stop();
      host = undefined;
      await startHost();
    },
    report: (restart) =>
      console.log(
        restart.ok ? `\n[dev] restarted in ${restart.ms} ms` : `\n[dev] ${restart.why} Waiting for a change.`,
      ),
  });
  const card = createRestarts({
    async work() {
      await run(process.execPath, ['web/build.ts']).catch((error: { stderr?: string }) => {
        throw new Error(`The card could not be built; the page stays as it is.\n${error.stderr ?? ''}`);
      });
    },
    report: (restart) =>
      console.log(
        restart.ok
          ? `\n[dev] the card is built (${restart.ms} ms): load the bank page again`
          : `\n[dev] ${restart.why}`,
      ),
  });
  const follow = (folders: readonly string[], ending: RegExp, { changed }: { changed(): void }) =>
    folders.map((name) =>
      watch(name, { recursive: true }, (_, file) => file !== null && ending.test(file) && changed()),
    );
  const watchers = [
    ...follow(watched, /\.ts$/, restarts),
    ...follow(['web/src', 'local/bank/page'], /\.(?:ts|js|css|html)$/, card),
  ];

  console.log(world.words);
  console.log(
    `\n[dev] following functions/, shared/, web/src/ and local/bank/page/${inspect === 0 ? '' : `; debugger on 127.0.0.1:${inspect} (VS Code: "Attach to npm run dev")`}`,
  );
  runUntilStopped(world, async () => {
    for (const watcher of watchers) watcher.close();
    await Promise.all([restarts.idle(), card.idle()]);
    await bundle.dispose();
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
