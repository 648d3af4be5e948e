// `npm start`: the whole local world and the bank page, each group in a process of its own.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startAzuriteTables } from './azurite.ts';
import { startBank } from './bank/server.ts';
import { spawnHost } from './host/spawn.ts';
import { forgetLocalWorld, writeLocalWorld } from './local-world-file.ts';
import { portsFrom } from './ports.ts';
import { bankClientId } from './simulators/all.ts';

type FromSimulators = { settings?: Record<string, string>; fault?: string };

try {
  const ports = portsFrom(process.env);
  const simulators = fork(fileURLToPath(new URL('./simulators/main.ts', import.meta.url)), { stdio: 'inherit' });
  const told = await new Promise<FromSimulators>((resolve, reject) => {
    simulators.once('message', (message) => resolve(message as FromSimulators));
    simulators.once('exit', () => reject(new Error('The simulators ended before they had started.')));
  });
  if (told.settings === undefined) throw new Error(told.fault);
  const azurite = await startAzuriteTables({ port: ports.tables });
  const env = { ...told.settings, STATE_TABLE_CONNECTION_STRING: azurite.connectionString };
  const host = await spawnHost({ port: ports.host, env });
  await writeLocalWorld(env);
  const bank = await startBank({
    port: ports.bank,
    apiUrl: `${host.url}/api`,
    loginUrl: told.settings.PERSON_TOKEN_ISSUER ?? '',
    clientId: bankClientId,
    logoFile: process.env.LANEKASSEN_LOGO,
  });

  console.log(`
The bank page:  ${bank.url}

  Log in there as a test customer, press "Legg til studielån", answer in the (simulated) Altinn, see the saldo, log out.

  Functions app   ${host.url}/api     (health: ${host.url}/api/health/ready)
  Maskinporten    http://127.0.0.1:${ports.maskinporten}
  Altinn          http://127.0.0.1:${ports.altinn}     given consents, to withdraw one: /accessmanagement/ui/consent/active
  Lånekassen      http://127.0.0.1:${ports.lanekassen}
  Key Vault       http://127.0.0.1:${ports.keyVault}
  Bank login      http://127.0.0.1:${ports.bankLogin}
  Identity        http://127.0.0.1:${ports.identity}
  Tables          ${azurite.url}

  Is the chain sound?  npm run doctor -- --local

Ctrl+C stops everything. Nothing is kept.`);

  let stopping = false;
  const stop = async (code: number) => {
    if (stopping) return;
    stopping = true;
    await forgetLocalWorld();
    await bank.close();
    await host.stop();
    await azurite.close();
    simulators.kill('SIGTERM');
    process.exit(code);
  };
  process.once('SIGINT', () => void stop(0));
  process.once('SIGTERM', () => void stop(0));
  simulators.once('exit', () => {
    if (!stopping) console.error('The simulators ended; stopping the rest.');
    void stop(1);
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
