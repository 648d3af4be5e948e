// The simulators as one group: started in the order in which they need each other, with the settings that an app needs to reach them.
import { randomBytes } from 'node:crypto';
import { demoBanks, demoSupplier } from '../demo-banks.ts';
import type { DeveloperPages } from '../developer-pages.ts';
import type { Ports } from '../ports.ts';
import { startAltinn } from './altinn/simulator.ts';
import { startBankLogin } from './bank-login/simulator.ts';
import { startIdentity } from './identity/simulator.ts';
import { startKeyVault } from './key-vault/simulator.ts';
import type { Clock } from './kit/simulator.ts';
import { startLanekassen } from './lanekassen/simulator.ts';
import { startMaskinporten } from './maskinporten/simulator.ts';
import { testBank } from './test-customers.ts';

const resourceId = 'slk_5498_1';
const kid = 'eksempelbanken-saldo-local-1';
const maskinportenClientId = '5b1d8f2e-6a58-4d8f-9a54-0c1f6d7e2b90';
const appClientId = '0f0e8f7a-2f6f-4b6e-8a5d-5f1f2f3e4d5c';
const scopes = ['altinn:consentrequests.write', 'lanekassen:lan/v1/saldoopplysninger'];
/** The client that may change key sets at Digdir, and its key's `kid`; its scopes are ordered from Digdir. */
export const adminClient = { clientId: 'c2f4a9d0-3b57-4a2e-8a41-7d9b6e0f1a23', kid: 'eksempelbanken-admin-local-1' };
const adminScopes = ['idporten:dcr.read', 'idporten:dcr.modify', 'idporten:dcr.write'];
const audience = 'studielan-api';

/** How the local world may differ from the standard one. */
export type SimulatorsOptions = {
  clock?: Clock;
  accessTokenLifetimeSeconds?: number;
  /** Events on a page of Altinn's feed; default 100. */
  eventsPageSize?: number;
  /** The Maskinporten client belongs to this organisation, which acts for the bank by delegation. */
  supplier?: { organisationNumber: string; name: string };
  /** PEM of the certificate authorities that Maskinporten accepts for `x5c`. */
  certificateRoots?: readonly string[];
  /** A developer's own pages, beside the bank's. */
  pages?: DeveloperPages;
};

/** All parties outside the app, and the settings with which the app finds them. */
export type Simulators = Awaited<ReturnType<typeof startSimulators>>;

/**
 * Starts the six simulators. Secrets that the parties share with the app (the identity header, Lånekassen's API key, the
 * HMAC secrets) are drawn at random each time: nothing in the repository is worth stealing.
 */
export async function startSimulators(ports: Ports, options: SimulatorsOptions = {}) {
  const { clock = Date.now, certificateRoots, accessTokenLifetimeSeconds, eventsPageSize } = options;
  const pages: DeveloperPages = options.pages ?? { origins: [], returnUrls: [] };
  const header = randomBytes(24).toString('hex');
  const banks = demoBanks(pages.banks ?? 1, ports).map((bank, i) => ({
    ...bank,
    url: `http://127.0.0.1:${bank.port}`,
    loginUrl: `http://127.0.0.1:${bank.loginPort}`,
    apiKey: randomBytes(24).toString('hex'),
    apiKeySetting: i === 0 ? 'LANEKASSEN_API_KEY' : `LANEKASSEN_API_KEY_${i + 1}`,
  }));
  const supplier = options.supplier ?? (banks.length > 1 ? demoSupplier : undefined);
  const owner = supplier ?? testBank;

  const identity = await startIdentity({ port: ports.identity, clock, header, clientIds: [appClientId] });
  const keyVault = await startKeyVault({
    port: ports.keyVault,
    clock,
    identityUrl: identity.url,
    keyNames: ['maskinporten', 'digdir-admin'],
  });
  const maskinporten = await startMaskinporten({
    port: ports.maskinporten,
    clock,
    clients: [
      {
        clientId: maskinportenClientId,
        organisationNumber: owner.organisationNumber,
        scopes,
        keys: [{ kid, jwk: keyVault.control.publicJwk('maskinporten') }],
        delegations: supplier ? banks.map((bank) => ({ consumerOrg: bank.organisationNumber, scopes })) : [],
      },
      {
        clientId: adminClient.clientId,
        organisationNumber: owner.organisationNumber,
        scopes: adminScopes,
        keys: [{ kid: adminClient.kid, jwk: keyVault.control.publicJwk('digdir-admin') }],
      },
    ],
    certificateRoots,
    accessTokenLifetimeSeconds,
  });
  const altinn = await startAltinn({
    port: ports.altinn,
    clock,
    maskinportenUrl: maskinporten.url,
    resources: [{ id: resourceId, metadataKeys: ['navn'] }],
    eventsPageSize,
    knownOrganisations: [...banks, owner],
  });
  maskinporten.control.setAltinnUrl(altinn.url);
  const lanekassen = await startLanekassen({
    port: ports.lanekassen,
    clock,
    maskinportenUrl: maskinporten.url,
    apiKeys: Object.fromEntries(banks.map((bank) => [bank.apiKey, bank.organisationNumber])),
    resourceId,
  });
  const logins = await Promise.all(
    banks.map(({ loginPort, clientId, customers, url }) =>
      startBankLogin({
        port: loginPort,
        clock,
        clientId,
        audience,
        customers,
        redirectUris: [`${url}/innlogging/retur`],
        postLogoutRedirectUris: [`${url}/`],
        backChannelLogoutUri: `http://127.0.0.1:${ports.host}/api/session/backchannel-logout`,
        testTokenOrigins: pages.origins,
      }),
    ),
  );
  const [bankLogin] = logins;
  if (bankLogin === undefined) throw new Error('A local world has at least one bank.');

  /** The app's settings, except the place of its state. */
  const settings: Record<string, string> = {
    PUBLIC_BASE_URL: `http://127.0.0.1:${ports.host}`,
    BANKS: JSON.stringify(
      banks.map(({ organisationNumber, name, url, loginUrl, clientId, apiKeySetting }, i) => ({
        organisationNumber,
        name,
        allowedReturnUrls: [`${url}/`, ...pages.returnUrls],
        defaultReturnUrl: `${url}/`,
        identityProvider: {
          issuer: loginUrl,
          audience,
          jwksUri: `${loginUrl}/jwks`,
          logoutAudience: clientId,
        },
        isSupplierCustomer: supplier !== undefined,
        ...(i === 0 ? {} : { lanekassenApiKeySetting: apiKeySetting }),
      })),
    ),
    MASKINPORTEN_ISSUER: maskinporten.url,
    MASKINPORTEN_CLIENT_ID: maskinportenClientId,
    MASKINPORTEN_KEY_ID: keyVault.control.keyId('maskinporten'),
    MASKINPORTEN_KID: kid,
    ALTINN_BASE_URL: altinn.url,
    ALTINN_CONSENT_RESOURCE_ID: resourceId,
    LANEKASSEN_BASE_URL: lanekassen.url,
    ...Object.fromEntries(banks.map(({ apiKeySetting, apiKey }) => [apiKeySetting, apiKey])),
    PERSON_KEY_SECRET: randomBytes(32).toString('base64'),
    SESSION_KEY_SECRET: randomBytes(32).toString('base64'),
    AZURE_CLIENT_ID: appClientId,
    // The variables that App Service sets for a managed identity, and for CORS.
    IDENTITY_ENDPOINT: `${identity.url}/msi/token`,
    IDENTITY_HEADER: header,
    CORS_ALLOWED_ORIGINS: JSON.stringify([...banks.map(({ url }) => url), ...pages.origins]),
  };

  const all = [...logins, lanekassen, altinn, maskinporten, keyVault, identity];
  return {
    banks,
    identity,
    keyVault,
    maskinporten,
    altinn,
    lanekassen,
    bankLogin,
    settings,
    close: async () => {
      for (const simulator of all) await simulator.close();
    },
  };
}
