// Three banks in one app, over real sockets. One has a Maskinporten client, an API key and an identity provider of its own. Two are
// customers of the supplier that owns the app's client, and share an identity provider and audience.
import { randomBytes } from 'node:crypto';
import { startAzuriteTables } from '../../local/azurite.ts';
import { freePorts } from '../../local/free-port.ts';
import { spawnHost } from '../../local/host/spawn.ts';
import { startAltinn } from '../../local/simulators/altinn/simulator.ts';
import { startBankLogin } from '../../local/simulators/bank-login/simulator.ts';
import { startIdentity } from '../../local/simulators/identity/simulator.ts';
import { startKeyVault } from '../../local/simulators/key-vault/simulator.ts';
import { startLanekassen } from '../../local/simulators/lanekassen/simulator.ts';
import { startMaskinporten } from '../../local/simulators/maskinporten/simulator.ts';
import { onDemandOnly } from '../../local/test-world.ts';
import { FrontEnd } from './front-end.ts';

const supplier = { organisationNumber: '310000027', name: 'Leverandøren AS' };
/** The banks by their names in tests. */
export const numbers = { own: '310000019', one: '974760673', two: '960885406' } as const;
export type BankName = keyof typeof numbers;
const names = Object.keys(numbers) as BankName[];
const resourceId = 'slk_5498_1';
const scopes = ['altinn:consentrequests.write', 'lanekassen:lan/v1/saldoopplysninger'];
const appClientId = '0f0e8f7a-2f6f-4b6e-8a5d-5f1f2f3e4d5c';
const pageOf = (name: BankName) => `http://127.0.0.1:3000/${name}`;

export type ThreeBanks = Awaited<ReturnType<typeof startThreeBanks>>;

/** Starts parties, tables and a host with the built bundle. */
export async function startThreeBanks() {
  const header = randomBytes(24).toString('hex');
  const [port = 0] = await freePorts(1);
  const identity = await startIdentity({ header, clientIds: [appClientId] });
  const keyVault = await startKeyVault({ identityUrl: identity.url, keyNames: ['supplier', 'own'] });
  const keyOf = (name: string) => ({ kid: `${name}-1`, jwk: keyVault.control.publicJwk(name) });
  const maskinporten = await startMaskinporten({
    clients: [
      {
        clientId: 'supplier-client',
        organisationNumber: supplier.organisationNumber,
        scopes,
        keys: [keyOf('supplier')],
        delegations: [numbers.one, numbers.two].map((consumerOrg) => ({ consumerOrg, scopes })),
      },
      { clientId: 'own-client', organisationNumber: numbers.own, scopes, keys: [keyOf('own')] },
    ],
  });
  const organisations = names.map((name) => ({ organisationNumber: numbers[name], name: `Bank ${name}` }));
  const altinn = await startAltinn({
    maskinportenUrl: maskinporten.url,
    resources: [{ id: resourceId, metadataKeys: ['navn'] }],
    knownOrganisations: [...organisations, supplier],
  });
  maskinporten.control.setAltinnUrl(altinn.url);
  const apiKeys = Object.fromEntries(names.map((name) => [name, randomBytes(24).toString('hex')])) as Record<
    BankName,
    string
  >;
  const lanekassen = await startLanekassen({
    maskinportenUrl: maskinporten.url,
    apiKeys: Object.fromEntries(names.map((name) => [apiKeys[name], numbers[name]])),
    resourceId,
  });
  const login = { clientId: 'web', audience: 'studielan-api', redirectUris: [] };
  const logins = { own: await startBankLogin(login), shared: await startBankLogin(login) };
  const loginOf = (name: BankName) => (name === 'own' ? logins.own : logins.shared);
  const azurite = await startAzuriteTables();

  const entry = (name: BankName) => ({
    organisationNumber: numbers[name],
    name: `Bank ${name}`,
    allowedReturnUrls: [pageOf(name)],
    defaultReturnUrl: pageOf(name),
    identityProvider: {
      issuer: loginOf(name).url,
      audience: login.audience,
      jwksUri: `${loginOf(name).url}/jwks`,
      logoutAudience: login.clientId,
      ...(name === 'own' ? {} : { bankClaim: { name: 'bank', value: name } }),
    },
    lanekassenApiKeySetting: `LANEKASSEN_API_KEY_${name.toUpperCase()}`,
    ...(name === 'own'
      ? { maskinporten: { clientId: 'own-client', keyId: keyVault.control.keyId('own'), kid: 'own-1' } }
      : { isSupplierCustomer: true }),
  });
  const entries = names.map(entry);
  const environment: Record<string, string> = {
    PUBLIC_BASE_URL: `http://127.0.0.1:${port}`,
    BANKS: JSON.stringify(entries),
    MASKINPORTEN_ISSUER: maskinporten.url,
    MASKINPORTEN_CLIENT_ID: 'supplier-client',
    MASKINPORTEN_KEY_ID: keyVault.control.keyId('supplier'),
    MASKINPORTEN_KID: 'supplier-1',
    ALTINN_BASE_URL: altinn.url,
    ALTINN_CONSENT_RESOURCE_ID: resourceId,
    LANEKASSEN_BASE_URL: lanekassen.url,
    LANEKASSEN_API_KEY: 'no-bank-uses-it',
    ...Object.fromEntries(names.map((name) => [`LANEKASSEN_API_KEY_${name.toUpperCase()}`, apiKeys[name]])),
    PERSON_KEY_SECRET: randomBytes(32).toString('base64'),
    SESSION_KEY_SECRET: randomBytes(32).toString('base64'),
    AZURE_CLIENT_ID: appClientId,
    IDENTITY_ENDPOINT: `${identity.url}/msi/token`,
    IDENTITY_HEADER: header,
    STATE_TABLE_CONNECTION_STRING: azurite.connectionString,
    ...onDemandOnly,
  };
  const host = await spawnHost({ port, env: environment });
  const hosts = [host];
  return {
    ...{ maskinporten, altinn, lanekassen, logins, azurite, host, environment, entries, pageOf },
    /** A front end at this host or another; the token says which bank it belongs to. */
    frontEnd: (url = host.url) => new FrontEnd({ apiUrl: `${url}/api`, bankUrl: '', altinn }),
    /** A person token of a bank. */
    login: (name: BankName, nationalId: string, sid?: string) =>
      loginOf(name).control.login(nationalId, {
        ...(sid === undefined ? {} : { sid }),
        claims: name === 'own' ? {} : { bank: name },
      }),
    /** Another host with other settings. */
    async anotherHost(changes: Record<string, string>) {
      const another = await spawnHost({ port: 0, env: { ...environment, ...changes } });
      hosts.push(another);
      return another;
    },
    output: () => hosts.map((one) => one.output()).join(''),
    async close() {
      await Promise.all(hosts.map((one) => one.stop()));
      await azurite.close();
      for (const party of [logins.own, logins.shared, lanekassen, altinn, maskinporten, keyVault, identity])
        await party.close();
    },
  };
}
