// The whole local world for tests: simulators in this process (so that a test can steer and count them), Azurite, the
// Functions host with the built bundle, and the bank page.
import { type AzuriteTables, startAzuriteTables } from './azurite.ts';
import { startBank } from './bank/server.ts';
import { bankClientId } from './demo-banks.ts';
import type { DeveloperPages } from './developer-pages.ts';
import { freePorts } from './free-port.ts';
import { type SpawnedHost, spawnHost } from './host/spawn.ts';
import { type Ports, portsFrom } from './ports.ts';
import { type Simulators, type SimulatorsOptions, startSimulators } from './simulators/all.ts';
import type { Clock } from './simulators/kit/simulator.ts';

/** A running world. `apiUrl` includes `/api`. */
export type World = Omit<Simulators, 'settings' | 'close'> & {
  bankUrl: string;
  apiUrl: string;
  azurite: AzuriteTables;
  host: SpawnedHost;
  /** All that the host's process was given as environment. */
  environment: Record<string, string>;
  hostOutput(): string;
  /** One more host process on the same table and simulators. Closed with the world. */
  anotherHost(changes?: Record<string, string>): Promise<SpawnedHost>;
  close(): Promise<void>;
};

export type WorldOptions = {
  /** `free` (the default): ports that are not in use. `default`: those of the README. */
  ports?: 'default' | 'free';
  clock?: Clock;
  accessTokenLifetimeSeconds?: number;
  /** Events on a page of Altinn's feed; default 100. */
  eventsPageSize?: number;
  supplier?: NonNullable<SimulatorsOptions['supplier']>;
  certificateRoots?: readonly string[];
  /** Pages of a developer's own, as `npm start -- --origin …` lets them in. */
  pages?: DeveloperPages;
  /** An SVG file that the bank page shows in the place of Lånekassen's logo; none by default. */
  logoFile?: string;
  /** Settings that differ from the local world's own. */
  settings?: Record<string, string>;
  /** The folder of the app that the hosts serve; the repository's by default. */
  root?: string;
};

/** Starts the world; the bundle must have been built (`npm test` does). */
export async function startTestWorld(options: WorldOptions = {}): Promise<World> {
  const ports = options.ports === 'default' ? portsFrom(process.env) : await allFree();
  const simulators = await startSimulators(ports, options);
  const azurite = await startAzuriteTables({ port: ports.tables });
  const { settings, close: closeSimulators, ...parties } = simulators;
  const environment = { ...settings, STATE_TABLE_CONNECTION_STRING: azurite.connectionString, ...options.settings };
  const hosts: SpawnedHost[] = [];
  const startHost = async (port: number, changes: Record<string, string> = {}) => {
    const host = await spawnHost({
      port,
      env: { ...environment, ...changes },
      ...(options.root === undefined ? {} : { root: options.root }),
    });
    hosts.push(host);
    return host;
  };
  const host = await startHost(ports.host);
  const bank = await startBank({
    port: ports.bank,
    apiUrl: `${host.url}/api`,
    loginUrl: parties.bankLogin.url,
    clientId: bankClientId,
    logoFile: options.logoFile,
  });
  return {
    ...parties,
    bankUrl: bank.url,
    apiUrl: `${host.url}/api`,
    azurite,
    host,
    environment,
    hostOutput: () => hosts.map((one) => one.output()).join(''),
    anotherHost: (changes) => startHost(0, changes),
    close: async () => {
      await bank.close();
      await Promise.all(hosts.map((one) => one.stop()));
      await azurite.close();
      await closeSimulators();
    },
  };
}

async function allFree(): Promise<Ports> {
  const parties = Object.keys(portsFrom({}));
  const free = await freePorts(parties.length);
  return Object.fromEntries(parties.map((party, index) => [party, free[index]])) as Ports;
}
