// The banks of a run, their customers, and the data that marks each customer.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { readSettings, type Settings } from '../../../shared/settings.ts';
import { exampleEnvironment } from '../../bench/fleet/example-environment.ts';
import { ahmad, person, steinar } from '../support/people.ts';

/** Customers. Each of them may use any bank. */
export const people = [steinar, ahmad, person('04125300311')] as const;

/** The owner of a piece of data: indexes of bank and person. */
export type Owner = { bank: number; person: number };

/**
 * How a bank is registered at Maskinporten and as identity provider. `app`: the bank owns the app's client (the first bank at most). `own`:
 * it has a client and an identity provider of its own. `shared`: it is a supplier's customer that shares identity provider and audience
 * with other banks.
 */
export type BankKind = 'app' | 'own' | 'shared';

const numbers = ['310000019', '974760673', '960885406', '910753614', '310000027', '310000035'] as const;
/** The app's own organisation, used when none of the banks owns the app's client. */
const supplier = '889640782';
const audience = 'studielan-api';
export const logoutAudience = 'net-bank';
export const hostOf = (bank: number) => `bank-${bank}.example`;
/** The customer's own page at a bank. */
export const pageOf = ({ bank, person }: Owner) => `https://${hostOf(bank)}/page-${bank}-${person}`;
/** A saldo that only this customer has, in kroner. It has ten digits, so no time or id contains it by chance. */
export const saldoOf = ({ bank, person }: Owner) => `73${bank}0${person}91827.37`;

const keyOf = (name: string) => `https://banks.vault.azure.net/keys/${name}/1`;
const signer = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
/** One identity provider for each bank, and the last one for the banks that share. They are made once because keys are slow to make. */
const providers = Array.from({ length: numbers.length + 1 }, signer);

/** The app's settings with these banks, and what the parties know about them. */
export function banksOf(kinds: readonly BankKind[]) {
  const providerOf = (bank: number) => (kinds[bank] === 'shared' ? numbers.length : bank);
  const issuerOf = (bank: number) => `https://login-${providerOf(bank)}.example`;
  const entry = (kind: BankKind, bank: number) => ({
    organisationNumber: numbers[bank],
    name: `Bank ${bank}`,
    allowedReturnUrls: [`https://${hostOf(bank)}/`],
    defaultReturnUrl: `https://${hostOf(bank)}/`,
    identityProvider: {
      issuer: issuerOf(bank),
      audience,
      jwksUri: `${issuerOf(bank)}/jwks`,
      logoutAudience,
      algorithms: ['ES256'],
      ...(kind === 'shared' ? { bankClaim: { name: 'bank', value: `b-${bank}` } } : {}),
    },
    lanekassenApiKeySetting: `LANEKASSEN_API_KEY_${bank}`,
    ...(kind === 'own'
      ? { maskinporten: { clientId: `client-${bank}`, keyId: keyOf('own'), kid: `kid-${bank}` } }
      : { isSupplierCustomer: kind === 'shared' }),
  });
  const apiKeys = Object.fromEntries(kinds.map((_, bank) => [`LANEKASSEN_API_KEY_${bank}`, `api-key-${bank}`]));
  const read = readSettings({
    ...exampleEnvironment,
    MASKINPORTEN_KEY_ID: keyOf('app'),
    ...apiKeys,
    BANKS: JSON.stringify(kinds.map(entry)),
  });
  if (!read.ok) throw new Error(read.faults.join('; '));

  const sign = (claims: Record<string, unknown>, provider: number) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .sign(providers[provider]?.privateKey as KeyObject);
  const claimOf = (bank: number) => (kinds[bank] === 'shared' ? { bank: `b-${bank}` } : {});
  return {
    settings: read.settings as Settings,
    numberOf: (bank: number) => numbers[bank] ?? '',
    indexOf: (organisationNumber: string) => numbers.indexOf(organisationNumber as (typeof numbers)[0]),
    /** Banks whose logout tokens differ only in the bank's claim. */
    sharing: (bank: number) => kinds.flatMap((_, other) => (providerOf(other) === providerOf(bank) ? [other] : [])),
    /** The organisation that owns this bank's client, and that a token without `consumer_org` belongs to. */
    clientOwner: (clientId: string) =>
      clientId.startsWith('client-')
        ? (numbers[Number(clientId.slice(7))] ?? '')
        : kinds[0] === 'app'
          ? numbers[0]
          : supplier,
    keysAt(url: string) {
      const key = providers[Number(/login-(\d+)/.exec(url)?.[1])]?.publicKey.export({ format: 'jwk' });
      return { keys: [{ ...key, kid: 'k', alg: 'ES256' }] };
    },
    /** A person token. A `forged` one belongs to no bank. */
    personToken(bank: number, claims: object, forged: 'key' | 'audience' | 'claim' | undefined) {
      const given = { iss: issuerOf(bank), aud: audience, ...claimOf(bank), ...claims };
      if (forged === 'claim') return sign({ ...given, bank: ['b-0', 'b-1'] }, providerOf(bank));
      if (forged === 'audience') return sign({ ...given, aud: 'another' }, providerOf(bank));
      return sign(given, forged === 'key' ? (providerOf(bank) + 1) % providers.length : providerOf(bank));
    },
    logoutToken: (bank: number, claims: object, hasClaim: boolean) =>
      sign(
        {
          ...{
            iss: issuerOf(bank),
            aud: logoutAudience,
            events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
          },
          ...(hasClaim ? claimOf(bank) : {}),
          ...claims,
        },
        providerOf(bank),
      ),
  };
}

/** The banks of a run. */
export type Banks = ReturnType<typeof banksOf>;
