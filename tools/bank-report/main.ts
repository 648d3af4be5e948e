// `npm run bank-report -- --bank <organisation number> --month 2026-11`: one bank's figures of a month, from the app's telemetry.
// The azd environment says where the telemetry is, or --workspace and --component do. --out is the folder of the files (command.ts).
import { AzureCliCredential, AzureDeveloperCliCredential, ChainedTokenCredential } from '@azure/identity';
import { withAzdValues } from '../infra/azd-values.ts';
import { runCommand } from '../run-command.ts';
import { bankReport } from './command.ts';
import { logAnalytics } from './log-analytics.ts';

const credential = new ChainedTokenCredential(new AzureCliCredential(), new AzureDeveloperCliCredential());
const token = async () => {
  // The SDK's message names accounts and tenants, so the command says only that no one is signed in.
  const found = await credential.getToken(`${logAnalytics}/.default`).catch(() => undefined);
  return found?.token;
};

await runCommand('bank-report', () =>
  bankReport(process.argv.slice(2), {
    token,
    deployed: () => withAzdValues(process.env),
    now: Date.now,
    address: logAnalytics,
    say: console.log,
  }),
);
