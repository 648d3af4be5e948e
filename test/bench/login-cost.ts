// `npm run bench:login` measures what one login costs the app itself: processor time of the host's process (Linux) and telemetry sent. It
// prints JSON for tools/capacity/inputs.ts. Other work on the machine hardly changes processor time, but it changes wall time.
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dsopCustomers } from '../../local/simulators/test-customers.ts';
import { startTestWorld } from '../../local/test-world.ts';
import { FrontEnd } from '../integration/front-end.ts';
import { startIngestion } from '../integration/ingestion.ts';
import { onDeployedNode } from './on-deployed-node.ts';

await onDeployedNode();
const logins = 1000;
const ingestion = await startIngestion();
const world = await startTestWorld({
  settings: {
    APPLICATIONINSIGHTS_CONNECTION_STRING: ingestion.connectionString,
    NODE_EXTRA_CA_CERTS: ingestion.certificate,
    SYNC_CONSENT_EVENTS_SCHEDULE: '0 0 0 1 1 *',
    PURGE_EXPIRED_SCHEDULE: '0 0 0 1 1 *',
  },
});
const frontEnd = new FrontEnd(world);
const people = dsopCustomers.map(({ nationalId }) => nationalId);

/** Processor time that the host has used, milliseconds. `/proc/<pid>/stat` has it in hundredths of a second. */
function usedMs(): number {
  const [, rest = ''] = readFileSync(`/proc/${world.host.pid}/stat`, 'utf8').split(') ');
  const fields = rest.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Calls with each token, four at once: an instance is used like that, and no queue forms. Returns processor time per call, milliseconds. */
async function each(tokens: readonly string[], method: string, path: string, status: number): Promise<number> {
  const before = usedMs();
  for (let done = 0; done < tokens.length; done += 4)
    await Promise.all(
      tokens.slice(done, done + 4).map(async (token) => {
        const reply = await frontEnd.call(method, path, token);
        if (reply.status !== status) throw new Error(`${method} ${path} gave ${reply.status}`);
      }),
    );
  return Number(((usedMs() - before) / tokens.length).toFixed(2));
}

for (const nationalId of people) {
  const token = await world.bankLogin.control.login(nationalId);
  await frontEnd.giveConsent(token);
  // The first look-up primes the consent. After it no consent token is needed.
  await frontEnd.call('GET', '/saldo', token);
}
const tokens: string[] = [];
for (let index = 0; index < logins; index++)
  tokens.push(await world.bankLogin.control.login(people[index % people.length] ?? ''));
// The telemetry SDK is loaded by then, and the code is warm.
await new Promise((resolve) => setTimeout(resolve, 6000));
await each(tokens.splice(0, 200), 'GET', '/saldo', 200);
const bytes = () => ingestion.sent().reduce((sum, { text }) => sum + text.length, 0);
await new Promise((resolve) => setTimeout(resolve, 6000));
const bytesBefore = bytes();
const cpuMs = {
  current: await each(tokens, 'GET', '/consents/current', 200),
  fetched: await each(tokens, 'GET', '/saldo', 200),
  held: await each(tokens, 'GET', '/saldo', 200),
  logout: await each(tokens, 'DELETE', '/session', 204),
};
await world.host.stop();
const report = {
  machine: { model: cpus()[0]?.model, node: process.version },
  logins: tokens.length,
  cpuMs,
  telemetryBytesPerLogin: Math.round((bytes() - bytesBefore) / tokens.length),
};
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
await world.close();
await ingestion.close();
