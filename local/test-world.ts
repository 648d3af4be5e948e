// The whole local world for tests: the simulators are in this process, so that a test can steer and count them, and the host serves the
// built bundle.
import { freePorts } from './free-port.ts';
import { type SpawnedHost, spawnHost } from './host/spawn.ts';
import { type Ports, portsFrom } from './ports.ts';
import { startWorld, type WorldOptions } from './world.ts';

/** A running world. */
export type World = Awaited<ReturnType<typeof startTestWorld>>;

/** Schedules that do not come while a test runs. A timer that ran by itself would change what a test counts. */
export const onDemandOnly = {
  SYNC_CONSENT_EVENTS_SCHEDULE: '0 0 0 1 1 *',
  PURGE_EXPIRED_SCHEDULE: '0 0 0 1 1 *',
  EXPORT_CONSENTS_SCHEDULE: '0 0 0 1 1 *',
};

/**
 * Starts the world; the bundle must have been built (`npm test` does). `ports`: those that are free (the default), or those of the README.
 * `root`: the folder of the app that the hosts serve; the repository's by default. A timer runs only when a test asks for it or sets its
 * schedule.
 */
export async function startTestWorld(options: WorldOptions & { ports?: 'default' | 'free'; root?: string } = {}) {
  const { root, ...given } = options;
  const ports = options.ports === 'default' ? portsFrom(process.env) : await allFree();
  const hosts: SpawnedHost[] = [];
  const startHost = async (port: number, env: Record<string, string>) => {
    const host = await spawnHost({ port, env, root });
    hosts.push(host);
    return host;
  };
  const world = await startWorld(ports, { ...given, settings: { ...onDemandOnly, ...given.settings } }, (environment) =>
    startHost(ports.host, environment),
  );
  return {
    ...world,
    bankUrl: `http://127.0.0.1:${ports.bank}`,
    hostOutput: () => hosts.map((one) => one.output()).join(''),
    /** One more host process on the same table and simulators. Closed with the world. */
    anotherHost: (changes?: Record<string, string>) => startHost(0, { ...world.environment, ...changes }),
    async close(): Promise<void> {
      await Promise.all(hosts.map((one) => one.stop()));
      await world.close();
    },
  };
}

async function allFree(): Promise<Ports> {
  const parties = Object.keys(portsFrom({}));
  const free = await freePorts(parties.length);
  const ports = Object.fromEntries(parties.map((party, index) => [party, free[index]])) as Ports;
  // Azurite takes a free one itself, in the one process of a test run.
  return { ...ports, tables: 0 };
}
