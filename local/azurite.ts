import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from './free-port.ts';

/** Azurite's Table service in a process of its own, all in memory. */
export type AzuriteTables = {
  /** For `TableClient.fromConnectionString`; plain http, so with `allowInsecureConnection`. */
  connectionString: string;
  /** The service with its account, without a slash at the end. */
  url: string;
  pid: number;
  close(): Promise<void>;
};

// Published for everyone: learn.microsoft.com, "Connect to Azurite", Well-known storage account and key.
const account = 'devstoreaccount1';
const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

// The channel closes when we die, for any reason. Azurite itself would stay.
const endWithParent = `data:text/javascript,process.once('disconnect',()=>process.exit(0))`;

async function launch(port: number): Promise<{ child: ChildProcess; ended: Promise<unknown> }> {
  const child = spawn(
    process.execPath,
    [
      '--import',
      endWithParent,
      createRequire(import.meta.url).resolve('azurite/dist/src/table/main.js'),
      '--tableHost=127.0.0.1',
      `--tablePort=${port}`,
      '--silent',
      '--inMemoryPersistence',
      '--skipApiVersionCheck',
      // It would otherwise report to Microsoft and write a file beside us.
      '--disableTelemetry',
    ],
    // A bare environment, or AZURITE_ACCOUNTS of this machine would change the account.
    { cwd: tmpdir(), env: { PATH: process.env.PATH ?? '' }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  );
  let written = '';
  const read = (chunk: Buffer) => {
    written += chunk.toString('utf8');
  };
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  let over = false;
  const ended = new Promise((resolve) => child.once('close', resolve)).then(() => {
    over = true;
  });
  const patienceEndsAt = Date.now() + 20_000;
  // Azurite's own message, because an answer on the port could be another process's.
  while (!written.includes('successfully started')) {
    if (over) {
      throw written.includes('EADDRINUSE')
        ? new Error(`Port ${port} for Azurite's tables is taken. Stop what uses it, or choose another port.`)
        : new Error(`Azurite ended before it served.\n${written}`);
    }
    if (Date.now() > patienceEndsAt) {
      child.kill('SIGKILL');
      throw new Error(`Azurite did not serve within 20 s.\n${written}`);
    }
    await sleep(20);
  }
  return { child, ended };
}

/** Starts Azurite's Table service on 127.0.0.1 and waits until it answers. `port` 0 (the default) takes a free one. */
export async function startAzuriteTables(options: { port?: number } = {}): Promise<AzuriteTables> {
  const port = options.port || (await freePorts(1))[0] || 0;
  const { child, ended } = await launch(port);
  const url = `http://127.0.0.1:${port}/${account}`;
  return {
    url,
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${accountKey};TableEndpoint=${url};`,
    pid: child.pid ?? 0,
    async close() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
