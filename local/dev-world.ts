// The local world for people, each group in a process of its own: what `npm start` and `npm run dev` have in common.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startAzuriteTables } from './azurite.ts';
import { startBank } from './bank/server.ts';
import { demoBanks } from './demo-banks.ts';
import { type DeveloperPages, noPages, pagesAsArguments } from './developer-pages.ts';
import type { Ports } from './ports.ts';

const artifacts = new URL('../.artifacts/', import.meta.url);
const localWorldFile = new URL('local-world.env.json', artifacts);

/** A running world. */
export type DevWorld = Awaited<ReturnType<typeof startDevWorld>>;

/**
 * Starts simulators, tables, the host that `startHost` gives (`url` without a slash at the end), and the bank page. `onEnd`: the
 * simulators' process has ended by itself, and with it the world is of no use. Throws an error that names what could not be started.
 */
export async function startDevWorld(
  ports: Ports,
  startHost: (env: Record<string, string>) => Promise<{ url: string; stop(): Promise<unknown> }>,
  onEnd: () => void,
  pages: DeveloperPages = noPages,
) {
  const program = fileURLToPath(new URL('./simulators/main.ts', import.meta.url));
  const simulators = fork(program, pagesAsArguments(pages), { stdio: 'inherit' });
  const [started]: { settings?: Record<string, string>; fault?: string }[] = await Promise.race([
    once(simulators, 'message'),
    once(simulators, 'exit').then(() => [{ fault: 'The simulators ended before they had started.' }]),
  ]);
  if (started?.settings === undefined) throw new Error(started?.fault);
  const azurite = await startAzuriteTables({ port: ports.tables });
  const env = { ...started.settings, STATE_TABLE_CONNECTION_STRING: azurite.connectionString };
  const host = await startHost(env);
  await writeLocalWorld(env);
  const banks = demoBanks(pages.banks ?? 1, ports);
  const startBanks = () =>
    Promise.all(
      banks.map((look) =>
        startBank({
          port: look.port,
          apiUrl: `${host.url}/api`,
          loginUrl: `http://127.0.0.1:${look.loginPort}`,
          clientId: look.clientId,
          logoFile: process.env.LANEKASSEN_LOGO,
          look,
        }),
      ),
    );
  let running = await startBanks();
  const closeBanks = () => Promise.all(running.map((bank) => bank.close()));
  let closing = false;
  simulators.once('exit', () => {
    if (!closing) onEnd();
  });
  return {
    /** Where everything is, for people. */
    words: `
The bank page:  ${banks.map(({ brand }, i) => `${running[i]?.url}${banks.length > 1 ? `   ${brand}` : ''}`).join('\n                ')}

  Log in there as a test customer, press "Legg til studielån", answer in the (simulated) Altinn, see the saldo, log out.

  Functions app   ${host.url}/api     (health: ${host.url}/api/health/ready)
  Maskinporten    http://127.0.0.1:${ports.maskinporten}
  Altinn          http://127.0.0.1:${ports.altinn}     given consents, to withdraw one: /accessmanagement/ui/consent/active
  Lånekassen      http://127.0.0.1:${ports.lanekassen}
  Key Vault       http://127.0.0.1:${ports.keyVault}
  Bank login      ${banks.map(({ loginPort }) => `http://127.0.0.1:${loginPort}`).join(', ')}
  Identity        http://127.0.0.1:${ports.identity}
  Tables          ${azurite.url}

${wordsOf(pages, host.url, ports.bankLogin)}  Is the chain sound?  npm run doctor -- --local
  Requests to send:    docs/requests.http

Ctrl+C stops everything. Nothing is kept.`,
    /** The bank page started again, with its files as they are now; who was logged in there logs in again. */
    async restartBank(): Promise<void> {
      await closeBanks();
      running = await startBanks();
    },
    async close(): Promise<void> {
      closing = true;
      await rm(localWorldFile, { force: true });
      await closeBanks();
      await host.stop();
      await azurite.close();
      simulators.kill('SIGTERM');
    },
  };
}

/** What a developer's own pages need. */
const wordsOf = ({ origins, returnUrls }: DeveloperPages, hostUrl: string, loginPort: number) =>
  origins.length === 0
    ? ''
    : `  Your pages      ${origins.join(', ')}; back from Altinn to ${returnUrls.join(', ')}
    api-url       ${hostUrl}/api
    a token       http://127.0.0.1:${loginPort}/test-token?name=HAUK%20HAUGNES   ({ "token": … })

`;

/** Runs a world until Ctrl+C, SIGTERM or its own end, and exits. `also` is closed before it. */
export function runUntilStopped(world: DevWorld, ended: Promise<void>, also: () => Promise<void> = async () => {}) {
  let stopping = false;
  const stop = async (code: number) => {
    if (stopping) return;
    stopping = true;
    await also();
    await world.close();
    process.exit(code);
  };
  process.once('SIGINT', () => void stop(0));
  process.once('SIGTERM', () => void stop(0));
  void ended.then(() => {
    if (stopping) return;
    console.error('The simulators ended; stopping the rest.');
    void stop(1);
  });
}

/**
 * Writes down the settings of the running local world, for `npm run doctor -- --local`. Its secrets are drawn at random at
 * each start and open only that world. The file is git-ignored, readable by its owner only, and removed when the world stops.
 */
async function writeLocalWorld(environment: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(artifacts, { recursive: true });
  await rm(localWorldFile, { force: true });
  await writeFile(localWorldFile, `${JSON.stringify(environment, null, 2)}\n`, { mode: 0o600 });
}
