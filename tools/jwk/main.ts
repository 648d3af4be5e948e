// `npm run jwk`: prints the public half of the signing key as the JWK to register at Digdir. None of it is secret.
// The key is MASKINPORTEN_KEY_ID (azd keeps it), or --key <id with version>; its name there is MASKINPORTEN_KID, or --kid. With
// --bank <organisation number> both are those of the bank's own client (`maskinporten` in BANKS).
import { parseArgs } from 'node:util';
import { givenBanks } from '../../shared/bank/given-banks.ts';
import { withAzdValues } from '../infra/azd-values.ts';
import { openVault, VaultFault } from '../infra/vault.ts';

const env = withAzdValues(process.env);

/** The characters that Digdir accepts in a kid (docs.digdir.no, self-service API). */
const kidPattern = /^[A-Za-z0-9._-]+$/;

type Named = { organisationNumber?: string; keyId?: string | undefined; kid?: string | undefined };

type BankNamed = { organisationNumber: string; maskinporten?: Named };

/** The banks of BANKS. None if it is not a list, because the app's own key can be shown without them. */
function banksOf(text: string): readonly (BankNamed | null)[] {
  try {
    const banks: unknown = JSON.parse(text);
    return Array.isArray(banks) ? banks : [];
  } catch {
    return [];
  }
}

/** The key, its kid, and the organisation number in the default kid: those of the app (with the first bank's number), or of a bank. */
function keyOf(bank: string | undefined): Named {
  const banks = banksOf(givenBanks(env));
  if (bank === undefined) return { ...banks[0], keyId: env.MASKINPORTEN_KEY_ID, kid: env.MASKINPORTEN_KID };
  const own = banks.find((one) => one?.organisationNumber === bank)?.maskinporten;
  if (own === undefined) throw new VaultFault('--bank: no bank of that number in BANKS has a client of its own.');
  return { organisationNumber: bank, keyId: own.keyId, kid: own.kid };
}

async function publicJwk({ organisationNumber = '', keyId = '', kid }: Named): Promise<object> {
  const found = /^(https?:\/\/[^/]+)(\/keys\/[^/]+\/([0-9A-Za-z]+))$/.exec(keyId);
  if (!found)
    throw new VaultFault(
      'Name the key with its version: MASKINPORTEN_KEY_ID (azd keeps it after provisioning), or --key.',
    );
  const [, url = '', path = '', version = ''] = found;
  const { key } = (await openVault(url, env).get(path)) as { key: { kty: string; n: string; e: string } };
  if (!key.kty.startsWith('RSA')) throw new VaultFault('This key is no RSA key, and Maskinporten takes no other.');
  const name = kid || `${organisationNumber}-saldo-studielan-${version}`;
  if (!kidPattern.test(name)) throw new VaultFault('MASKINPORTEN_KID: letters, digits, ".", "_" and "-" only.');
  return { kty: 'RSA', use: 'sig', alg: 'RS256', kid: name, n: key.n, e: key.e };
}

try {
  const text = { type: 'string' } as const;
  const { bank, ...given } = parseArgs({ options: { key: text, kid: text, bank: text } }).values;
  const named = keyOf(bank);
  const jwk = await publicJwk({ ...named, keyId: given.key ?? named.keyId, kid: given.kid ?? named.kid });
  console.log(JSON.stringify(jwk, undefined, 2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
