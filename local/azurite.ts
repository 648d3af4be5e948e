import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { startChild } from './child.ts';
import { freePorts, PortTakenError } from './free-port.ts';

/** Azurite's Table service in a process of its own, all in memory. */
export type AzuriteTables = Awaited<ReturnType<typeof startAzuriteTables>>;

// Published for everyone: learn.microsoft.com, "Connect to Azurite", Well-known storage account and key.
const account = 'devstoreaccount1';
const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/**
 * The account at a port. `url` has no slash at the end. `connectionString` is for plain http, so clients need `allowInsecureConnection`.
 */
function accountAt(port: number | string) {
  const url = `http://127.0.0.1:${port}/${account}`;
  const names = `AccountName=${account};AccountKey=${accountKey}`;
  return { url, connectionString: `DefaultEndpointsProtocol=http;${names};TableEndpoint=${url};` };
}

/**
 * Starts Azurite's Table service on 127.0.0.1 and waits until it answers. `port` 0 (the default) takes a free port. A test run starts the
 * services on free ports in one process, at the address `AZURITES` (test/fixtures/azurites.ts).
 */
export async function startAzuriteTables(options: { port?: number } = {}) {
  const { AZURITES } = process.env;
  if (AZURITES !== undefined && !options.port) {
    const port = await (await fetch(AZURITES, { method: 'POST' })).text();
    const close = async () => void (await fetch(`${AZURITES}/${port}`, { method: 'DELETE' }));
    return { ...accountAt(port), pid: undefined, close };
  }
  const port = options.port || (await freePorts(1))[0] || 0;
  const child = await startChild({
    name: 'Azurite',
    args: [
      createRequire(import.meta.url).resolve('azurite/dist/src/table/main.js'),
      '--tableHost=127.0.0.1',
      `--tablePort=${port}`,
      '--silent',
      '--inMemoryPersistence',
      '--skipApiVersionCheck',
      // Azurite would otherwise send statistics to Microsoft and write a file into this folder.
      '--disableTelemetry',
    ],
    // A bare environment, or AZURITE_ACCOUNTS of this machine would change the account.
    env: { PATH: process.env.PATH ?? '' },
    cwd: tmpdir(),
    // Azurite's own message, because an answer on the port could be another process's.
    ready: /successfully started/,
  }).catch((error: Error) => {
    throw error.message.includes('EADDRINUSE') ? new PortTakenError(port, "Azurite's tables") : error;
  });
  return { ...accountAt(port), pid: child.pid, close: child.kill };
}
