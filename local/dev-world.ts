// The local world for people, shared by `npm start` and `npm run dev`.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { DeveloperPages } from './developer-pages.ts';
import type { Ports } from './ports.ts';
import { startWorld } from './world.ts';

const artifacts = new URL('../.artifacts/', import.meta.url);
const localWorldFile = new URL('local-world.env.json', artifacts);

/** A running world. */
type DevWorld = Awaited<ReturnType<typeof startDevWorld>>;

/** Starts the world with the host that `startHost` returns, as `startWorld` does. */
export async function startDevWorld(
  ports: Ports,
  startHost: (env: Record<string, string>) => Promise<{ url: string; stop(): Promise<unknown> }>,
  pages: DeveloperPages,
) {
  const world = await startWorld(ports, { pages, logoFile: process.env.LANEKASSEN_LOGO }, startHost);
  const { banks, host, azurite } = world;
  // For `npm run doctor -- --local`. The secrets are drawn at random at each start and open only this world. The file is git-ignored,
  // readable by its owner only, and removed when the world stops.
  await mkdir(artifacts, { recursive: true });
  await rm(localWorldFile, { force: true });
  await writeFile(localWorldFile, `${JSON.stringify(world.environment, null, 2)}\n`, { mode: 0o600 });
  const bankPages = banks.map(({ url, brand }) => `${url}${banks.length > 1 ? `   ${brand}` : ''}`);
  return {
    /** The addresses of everything, for people. */
    words: `
The bank page:  ${bankPages.join('\n                ')}

  Log in there as a test customer, press "Legg til studielån", answer in the (simulated) Altinn, see the saldo, log out.

  Functions app   ${world.apiUrl}     (health: ${world.apiUrl}/health/ready)
  Maskinporten    ${world.maskinporten.url}
  Altinn          ${world.altinn.url}     to see and withdraw consents: /accessmanagement/ui/consent/active
  Lånekassen      ${world.lanekassen.url}
  Key Vault       ${world.keyVault.url}
  Bank login      ${banks.map(({ loginUrl }) => loginUrl).join(', ')}
  Identity        ${world.identity.url}
  Tables          ${azurite.url}

${wordsOf(pages, host.url, world.bankLogin.url)}  Check the set-up:    npm run doctor -- --local
  Example requests:    docs/requests.http

Ctrl+C stops everything. All data is in memory and is lost then.`,
    async close(): Promise<void> {
      await rm(localWorldFile, { force: true });
      await world.close();
    },
  };
}

/** The addresses that a developer's own pages need. */
const wordsOf = ({ origins, returnUrls }: DeveloperPages, hostUrl: string, loginUrl: string) =>
  origins.length === 0
    ? ''
    : `  Your pages      ${origins.join(', ')}; return from Altinn to ${returnUrls.join(', ')}
    api-url       ${hostUrl}/api
    a token       ${loginUrl}/test-token?name=HAUK%20HAUGNES   ({ "token": … })

`;

/** Runs a world until Ctrl+C or SIGTERM, and exits. `also` is closed before it. */
export function runUntilStopped(world: DevWorld, also: () => Promise<void> = async () => {}) {
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await also();
    await world.close();
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
