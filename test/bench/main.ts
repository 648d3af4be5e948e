// `npm run bench` measures what the program costs. Each figure is beside a baseline of the same run. `--json` prints JSON. `--write` writes
// the figures to docs/performance.md. `--banks` measures what many banks in one app cost (many-banks.ts).
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { startTestWorld } from '../../local/test-world.ts';
import { startFaultProxy } from '../fault-proxy.ts';
import { measureChain } from './chain.ts';
import { measureLogins } from './logins.ts';
import { onDeployedNode } from './on-deployed-node.ts';
import { figuresTable, type Report, withFigures } from './report.ts';
import { measureStartUp } from './start-up.ts';
import { measureWarm } from './warm.ts';

const person = '04125300311';
const document = new URL('../../docs/performance.md', import.meta.url);
const load = () => Number((loadavg()[0] ?? 0).toFixed(1));

await onDeployedNode();
if (process.argv.includes('--banks')) {
  const { measureManyBanks } = await import('./many-banks.ts');
  await measureManyBanks();
  process.exit();
}
const loadBefore = load();
const startUp = await measureStartUp();
const world = await startTestWorld();
// The proxy shows the time that Azurite itself needs.
const proxy = await startFaultProxy(world.azurite.url);
const connection = world.azurite.connectionString.replace(new URL(world.azurite.url).origin, proxy.url);
try {
  const warm = await measureWarm(world, person);
  const chain = await measureChain(world, person, proxy, connection);
  const logins = await measureLogins(world, person, proxy, connection);
  const machine = { cores: cpus().length, model: cpus()[0]?.model, node: process.version };
  const report: Report = { machine: { ...machine, loadBefore, loadAfter: load() }, startUp, warm, chain, logins };
  process.stdout.write(process.argv.includes('--json') ? `${JSON.stringify(report, null, 2)}\n` : figuresTable(report));
  if (process.argv.includes('--write')) writeFileSync(document, withFigures(readFileSync(document, 'utf8'), report));
} finally {
  await world.close();
  await proxy.close();
}
