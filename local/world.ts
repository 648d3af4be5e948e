// The local world, shared by `npm start` and by tests: simulators, tables, a host and the bank pages.
import { startAzuriteTables } from './azurite.ts';
import { startBank } from './bank/server.ts';
import type { Ports } from './ports.ts';
import { type SimulatorsOptions, startSimulators } from './simulators/all.ts';

/** How a world may differ from the standard one. */
export type WorldOptions = SimulatorsOptions & {
  /** Settings that differ from the local world's own. */
  settings?: Record<string, string> | undefined;
  /** An SVG file that the bank page shows in place of Lånekassen's logo; none by default. */
  logoFile?: string | undefined;
};

/**
 * Starts the parties in the order in which they need each other. `startHost` starts a host with these settings in a process of its own,
 * so that no private key is ever in its memory; `url` without a slash at the end. The error names what could not be started.
 */
export async function startWorld<Host extends { url: string; stop(): Promise<unknown> }>(
  ports: Ports,
  { settings, logoFile, ...options }: WorldOptions,
  startHost: (environment: Record<string, string>) => Promise<Host>,
) {
  const { settings: own, close: closeSimulators, ...parties } = await startSimulators(ports, options);
  const azurite = await startAzuriteTables({ port: ports.tables });
  const environment: Record<string, string> = {
    ...own,
    STATE_TABLE_CONNECTION_STRING: azurite.connectionString,
    ...settings,
  };
  const host = await startHost(environment);
  const apiUrl = `${host.url}/api`;
  const pages = await Promise.all(parties.banks.map((bank) => startBank({ ...bank, apiUrl, logoFile })));
  return {
    ...parties,
    azurite,
    /** The whole environment of the host's process. */
    environment,
    host,
    /** Includes `/api`. */
    apiUrl,
    async close(): Promise<void> {
      await Promise.all(pages.map((page) => page.close()));
      await host.stop();
      await azurite.close();
      await closeSimulators();
    },
  };
}
