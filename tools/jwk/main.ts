// `npm run jwk`: prints the public half of the signing key as the JWK to register at Digdir. None of it is secret.
// The key is MASKINPORTEN_KEY_ID (azd keeps it), or --key <id with version>; its name there is MASKINPORTEN_KID.
import { parseArgs } from 'node:util';
import { withAzdValues } from '../infra/azd-values.ts';
import { openVault, VaultFault } from '../infra/vault.ts';

const env = withAzdValues(process.env);

/** Digdir takes these characters in a kid (docs.digdir.no, self-service API). */
const kidPattern = /^[A-Za-z0-9._-]+$/;

/** The organisation number in the default of a kid: of the first bank. */
function firstOrganisation(banks = ''): string {
  return /"organisationNumber"\s*:\s*"(\d{9})"/.exec(banks)?.[1] ?? '';
}

async function publicJwk(keyId: string, kid: string): Promise<object> {
  const found = /^(https?:\/\/[^/]+)(\/keys\/[^/]+\/([0-9A-Za-z]+))$/.exec(keyId);
  if (!found)
    throw new VaultFault(
      'Name the key with its version: MASKINPORTEN_KEY_ID (azd keeps it after provisioning), or --key.',
    );
  const [, url = '', path = '', version = ''] = found;
  const { key } = (await openVault(url, env).get(path)) as { key: { kty: string; n: string; e: string } };
  if (!key.kty.startsWith('RSA')) throw new VaultFault('This key is no RSA key, and Maskinporten takes no other.');
  const name = kid || `${firstOrganisation(env.BANKS)}-saldo-studielan-${version}`;
  if (!kidPattern.test(name)) throw new VaultFault('MASKINPORTEN_KID: letters, digits, ".", "_" and "-" only.');
  return { kty: 'RSA', use: 'sig', alg: 'RS256', kid: name, n: key.n, e: key.e };
}

try {
  const { values } = parseArgs({ options: { key: { type: 'string' }, kid: { type: 'string' } } });
  const keyId = values.key ?? env.MASKINPORTEN_KEY_ID ?? '';
  console.log(JSON.stringify(await publicJwk(keyId, values.kid ?? env.MASKINPORTEN_KID ?? ''), undefined, 2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
