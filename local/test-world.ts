// The whole local world for tests: simulators in this process (so that a test can steer and count them), Azurite, the
// Functions host with the built bundle, and the bank page.
import { startAzuriteTables } from './azurite.ts';
import { startBank } from './bank/server.ts';
import { bankClientId } from './demo-banks.ts';
import { freePorts } from './free-port.ts';
import { type SpawnedHost, spawnHost } from './host/spawn.ts';
import { type Ports, portsFrom } from './ports.ts';
import { type SimulatorsOptions, startSimulators } from './simulators/all.ts';

/** A running world. */
export type World = Awaited<ReturnType<typeof startTestWorld>>;

/** How a world may differ, beside its simulators. */
export type WorldOptions = SimulatorsOptions & {
  /** `free` (the default): ports that are not in use. `default`: those of the README. */
  ports?: 'default' | 'free';
  /** An SVG file that the bank page shows in the place of Lånekassen's logo; none by default. */
  logoFile?: string;
  /** Settings that differ from the local world's own. */
  settings?: Record<string, string>;
  /** The folder of the app that the hosts serve; the repository's by default. */
  root?: string;
};

/** Starts the world; the bundle must have been built (`npm test` does). */
export async function startTestWorld(options: WorldOptions = {}) {
  const ports = options.ports === 'default' ? portsFrom(process.env) : await allFree();
  const { settings, close: closeSimulators, ...parties } = await startSimulators(ports, options);
  const azurite = await startAzuriteTables({ port: options.ports === 'default' ? ports.tables : 0 });
  const environment: Record<string, string> = {
    ...settings,
    STATE_TABLE_CONNECTION_STRING: azurite.connectionString,
    ...options.settings,
  };
  const hosts: SpawnedHost[] = [];
  const startHost = async (port: number, changes: Record<string, string> = {}) => {
    const host = await spawnHost({ port, env: { ...environment, ...changes }, root: options.root });
    hosts.push(host);
    return host;
  };
  const host = await startHost(ports.host);
  const apiUrl = `${host.url}/api`;
  const bank = await startBank({
    port: ports.bank,
    apiUrl,
    loginUrl: parties.bankLogin.url,
    clientId: bankClientId,
    logoFile: options.logoFile,
  });
  return {
    ...parties,
    bankUrl: bank.url,
    /** Includes `/api`. */
    apiUrl,
    azurite,
    host,
    /** All that the host's process was given as environment. */
    environment,
    hostOutput: () => hosts.map((one) => one.output()).join(''),
    /** One more host process on the same table and simulators. Closed with the world. */
    anotherHost: (changes?: Record<string, string>) => startHost(0, changes),
    async close(): Promise<void> {
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
