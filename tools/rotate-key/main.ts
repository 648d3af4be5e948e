// `npm run rotate-key`: rotates the key that signs our assertions, without an outage (docs/key-rotation.md). An operator runs it with
// the app's settings in the environment. The private key never leaves Key Vault.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { readLocalSettings } from '../../local/host/settings-files.ts';
import { asProblem } from '../../shared/problems.ts';
import { causes } from '../doctor/causes.ts';
import { fromProblem } from '../doctor/from-problem.ts';
import { isAboutOptions, lineAbout } from '../run-command.ts';
import { bankOption } from '../which-bank.ts';
import { PlanRefused } from './plan.ts';
import { type AdminClient, createRotation } from './rotation.ts';

const usage = `npm run rotate-key -- begin [--key-id <id with version>] [--kid <kid>] [--name <for the kid>] [--out <file>] [--register] [--wait <seconds>] [--bank <number>]
npm run rotate-key -- prove --key-id <id with version> --kid <kid> [--wait <seconds>] [--bank <number>]
npm run rotate-key -- retire --kid <old kid> [--bank <number>]

begin   makes a new key version (or takes --key-id), and writes the public JWKS with the old and the new keys to --out
        (.artifacts/jwks.json); with --register it sends the set to Digdir and proves the new key by a grant
prove   proves the new key by a grant, after the set was registered by hand
retire  removes an old key from the set; refused while the settings name that key
--bank  organisation number of a bank with a client of its own: the command works on its key; default the app's own key

--register and retire need the admin client (scope idporten:dcr.modify), by settings or options:
  --admin-api / DIGDIR_ADMIN_API               https://api.samarbeid.digdir.no, test: https://api.test.samarbeid.digdir.no
  --admin-client-id / DIGDIR_ADMIN_CLIENT_ID   --admin-key-id / DIGDIR_ADMIN_KEY_ID   --admin-kid / DIGDIR_ADMIN_KID`;

const text = { type: 'string' } as const;
const adminOptions = { 'admin-api': text, 'admin-client-id': text, 'admin-key-id': text, 'admin-kid': text };

function adminFrom(values: Readonly<Record<string, unknown>>): AdminClient | undefined {
  const of = (name: string) => {
    const value = values[name] ?? process.env[`DIGDIR_${name.toUpperCase().replaceAll('-', '_')}`];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [api, clientId, keyId, kid] = Object.keys(adminOptions).map(of);
  if (api === undefined || clientId === undefined || keyId === undefined || kid === undefined) return undefined;
  const { protocol, hostname } = new URL(api);
  if (protocol !== 'https:' && hostname !== '127.0.0.1') throw new PlanRefused('--admin-api must be https.');
  return { api: api.replace(/\/$/, ''), clientId, keyId, kid };
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...adminOptions,
      'key-id': text,
      kid: text,
      name: text,
      out: text,
      wait: text,
      register: { type: 'boolean' },
      help: { type: 'boolean' },
      ...bankOption,
    },
  });
  const [command] = positionals;
  if (values.help || positionals.length !== 1) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  Object.assign(process.env, { ...(await readLocalSettings('.')).values, ...process.env });
  const rotation = createRotation(process.env, adminFrom(values), values.bank);
  const waitMs = Number(values.wait ?? 180) * 1000;
  if (!(waitMs >= 0)) throw new RangeError('--wait must be a number of seconds.');
  const { 'key-id': keyId, kid } = values;
  try {
    if (command === 'begin') {
      const name = values.name ?? 'saldo-studielan';
      const plan = await rotation.prepare({ keyId, kid, name, now: new Date() });
      const out = values.out ?? '.artifacts/jwks.json';
      await mkdir(dirname(out), { recursive: true });
      await writeFile(out, `${JSON.stringify({ keys: plan.keys }, null, 2)}\n`);
      console.log(`New key:  ${plan.keyId}\nNew kid:  ${plan.kid}\nKey set:  ${out} (${plan.keys.length} public keys)`);
      if (!values.register) {
        console.log(
          `Register the key set at Digdir; it replaces the whole set. Then:\n  npm run rotate-key -- prove --key-id ${plan.keyId} --kid ${plan.kid}${values.bank === undefined ? '' : ` --bank ${values.bank}`}`,
        );
        return 0;
      }
      await rotation.register(plan.keys);
      await rotation.prove(plan.keyId, plan.kid, waitMs, console.log);
      tellToSwitch(plan.keyId, plan.kid, values.bank);
      return 0;
    }
    if (command === 'prove' && keyId !== undefined && kid !== undefined) {
      await rotation.prove(keyId, kid, waitMs, console.log);
      tellToSwitch(keyId, kid, values.bank);
      return 0;
    }
    if (command === 'retire' && kid !== undefined) {
      const left = await rotation.retire(kid);
      console.log(
        `Retired ${kid}. Registered now: ${left.map((key) => key.kid).join(', ')}.\nDisable its version in Key Vault, and delete it when it has not been used for a month.`,
      );
      return 0;
    }
    console.error(usage);
    return 2;
  } finally {
    await rotation.close();
  }
}

function tellToSwitch(keyId: string, kid: string, bank: string | undefined): void {
  const settings =
    bank === undefined
      ? `MASKINPORTEN_KEY_ID=${keyId}\n  MASKINPORTEN_KID=${kid}`
      : `maskinporten.keyId of bank ${bank} in BANKS: ${keyId}\n  maskinporten.kid: ${kid}`;
  console.log(`Proved: Maskinporten gives a token for the new key.

Switch now, at the earliest 5 minutes after registering, both settings in one deployment:
  ${settings}
The old key may go when every instance runs with the new settings and 10 minutes have passed
(an assertion lives one minute, an access token that it fetched some minutes more, and tokens do not need the key).
The new key is good until a year from now at Digdir (MP-121): set a reminder 30 days before.`);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = isAboutOptions(error) ? 2 : 1;
  if (error instanceof PlanRefused) console.error(error.message);
  else if (error instanceof RangeError || isAboutOptions(error)) console.error(lineAbout(error));
  else {
    const { cause, note } = fromProblem(error);
    const known = cause === undefined || cause === 'check-failed' ? undefined : causes[cause];
    console.error(
      known
        ? `${known.says} (${note}) ${known.remedy}`
        : `rotate-key failed: ${asProblem(error).fault ?? 'unexpected'}`,
    );
    const status = (error as { statusCode?: number }).statusCode;
    if (status !== undefined)
      console.error(`Key Vault answered ${status}; begin needs the permission to create key versions.`);
  }
}
