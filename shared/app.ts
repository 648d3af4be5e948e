import { createAltinn } from './consent/altinn.ts';
import { createConsentGate } from './consent/consent-gate.ts';
import { createConsentRecords } from './consent/consent-records.ts';
import { createConsentStore } from './consent/consent-store.ts';
import { createConsents } from './consent/consents.ts';
import { createEndpoint } from './http/endpoint.ts';
import { verifyPersonToken } from './http/person-token.ts';
import { requestContext } from './http/request-context.ts';
import type { Grant } from './maskinporten/grant.ts';
import { createKeyVaultSigner } from './maskinporten/key-vault-signer.ts';
import { createMetadataSource } from './maskinporten/metadata.ts';
import { createTokenCache } from './maskinporten/token-cache.ts';
import { ConsentNotUsable, createTokenClient } from './maskinporten/token-client.ts';
import { createConsentTokens, createSharedToken } from './maskinporten/tokens.ts';
import type { Caller } from './person/caller.ts';
import { type KeyedName, personKey } from './person/person-key.ts';
import { ProblemError } from './problems.ts';
import { Deadline } from './resilience/deadline.ts';
import { createPolicy, type PolicyNumbers } from './resilience/policy.ts';
import { systemTime } from './resilience/time.ts';
import { createHeldSaldo } from './saldo/held-saldo.ts';
import { createLanekassen } from './saldo/lanekassen.ts';
import { createSaldoFetch } from './saldo/saldo-fetch.ts';
import { createSaldoLookup } from './saldo/saldo-lookup.ts';
import { createSessionStore } from './session/session-store.ts';
import { type Admission, createSessions } from './session/sessions.ts';
import { readSettings, type Settings } from './settings.ts';
import { createAzureTable } from './storage/azure-tables.ts';
import { createCredential } from './storage/credential.ts';
import { createTableOpener } from './storage/open-tables.ts';
import { purgeExpired } from './storage/purge.ts';
import { createTelemetry } from './telemetry/telemetry.ts';
import { createHttpClient } from './upstream/http-client.ts';
import { createKeySet } from './upstream/key-set.ts';

const time = systemTime;

/** What Key Vault asks a token for; held by the credential until its first signature. */
const vaultScope = 'https://vault.azure.net/.default';

/** Where telemetry goes: the invocation's own log while one is running, the worker's otherwise. */
export const telemetry = createTelemetry((level, line) => {
  const invocation = requestContext.getStore()?.invocation;
  if (invocation === undefined) return void process.stdout.write(`${line}\n`);
  if (level === 'error') invocation.error(line);
  else if (level === 'warning') invocation.warn(line);
  else invocation.info(line);
});

/** Every part, built from the settings. The only place where parts meet; nothing is fetched here. */
function compose(settings: Settings) {
  const { policy: numbers, maskinporten, bank, altinn, consent, session, secrets } = settings;
  const policy = (upstream: string, own: PolicyNumbers) =>
    createPolicy(upstream, own, numbers.common, { time, telemetry });
  const http = {
    personTokenIssuer: createHttpClient({ connectTimeoutMs: numbers.personTokenIssuer.connectMs }),
    maskinporten: createHttpClient({ connectTimeoutMs: numbers.maskinporten.connectMs }),
    altinn: createHttpClient({ connectTimeoutMs: numbers.altinn.connectMs }),
    lanekassen: createHttpClient({ connectTimeoutMs: numbers.lanekassen.connectMs }),
  };
  const credential = createCredential(settings.identity.clientId, process.env.IDENTITY_ENDPOINT !== undefined, {
    policy: policy('identity', numbers.identity),
    totalMs: numbers.identity.totalMs,
    time,
    telemetry,
  });

  const openTable = createTableOpener(settings.state, bank.organisationNumber, credential, {
    totalMs: numbers.identity.totalMs + numbers.tables.totalMs,
    time,
  });
  const tablePolicy = policy('tables', numbers.tables);
  const table = (name: 'consents' | 'sessions') =>
    createAzureTable(name, () => openTable(name), numbers.tableAttempts, { policy: tablePolicy, time, telemetry });
  const tables = { consents: table('consents'), sessions: table('sessions') };

  const personKeys = createKeySet({
    uri: async () => settings.personToken.jwksUri,
    http: http.personTokenIssuer,
    tryMs: numbers.personTokenIssuer.tryMs,
    time,
    name: 'person-token-issuer',
  });

  const maskinportenPolicy = policy('maskinporten', numbers.maskinporten);
  const metadata = createMetadataSource(maskinporten.issuer, {
    http: http.maskinporten,
    policy: maskinportenPolicy,
    time,
    refreshDeadline: () => Deadline.after(time, numbers.maskinporten.totalMs),
  });
  const maskinportenKeys = createKeySet({
    uri: async () => (await metadata.get(Deadline.after(time, numbers.maskinporten.totalMs))).jwksUri,
    http: http.maskinporten,
    tryMs: numbers.maskinporten.tryMs,
    time,
    name: 'maskinporten',
  });
  const client = createTokenClient({
    http: http.maskinporten,
    policy: maskinportenPolicy,
    metadata,
    keys: maskinportenKeys,
    signer: createKeyVaultSigner({ credential, policy: policy('key-vault', numbers.keyVault), telemetry }),
    expected: { organisationNumber: bank.organisationNumber, resourceId: altinn.resourceId },
    time,
    telemetry,
  });
  const cache = createTokenCache({ time, telemetry });
  const common = {
    issuer: maskinporten.issuer,
    ...(maskinporten.consumerOrg === undefined ? {} : { consumerOrg: maskinporten.consumerOrg }),
  };
  const lanekassenGrant: Grant = {
    ...common,
    ...maskinporten.lanekassenKey,
    scope: settings.lanekassen.scope,
    ...(settings.lanekassen.resource === undefined ? {} : { resource: settings.lanekassen.resource }),
  };
  const shared = (grant: Grant) =>
    createSharedToken(grant, { cache, client, flightMs: numbers.maskinporten.totalMs, time });
  const altinnToken = shared({ ...common, ...maskinporten.altinnKey, scope: altinn.scope });
  const lanekassenToken = shared(lanekassenGrant);

  const sessionStore = createSessionStore(tables.sessions);
  const sessions = createSessions({
    store: sessionStore,
    secrets,
    endedMs: session.endedHours * 3_600_000,
    time,
    telemetry,
  });
  const onWithdrawn = (person: KeyedName, deadline: Deadline) => sessions.eraseOf(person, deadline);

  const altinnClient = createAltinn(
    {
      baseUrl: altinn.baseUrl,
      organisationNumber: bank.organisationNumber,
      bankName: bank.name,
      resourceId: altinn.resourceId,
      metadataKey: altinn.metadataKey,
    },
    { http: http.altinn, policy: policy('altinn', numbers.altinn), token: altinnToken, time, telemetry },
  );
  const consentStore = createConsentStore(tables.consents, consent.logRetentionDays * 86_400_000);
  const records = createConsentRecords({
    store: consentStore,
    altinn: altinnClient,
    keyOf: (nationalId) => personKey(secrets.personKey, nationalId),
    bank: { organisationNumber: bank.organisationNumber, resourceId: altinn.resourceId },
    onWithdrawn,
    time,
    telemetry,
  });
  const consents = createConsents({
    records,
    store: consentStore,
    altinn: altinnClient,
    altinnBaseUrl: altinn.baseUrl,
    publicBaseUrl: settings.publicBaseUrl,
    returnUrls: { allowed: settings.allowedReturnUrls, standard: settings.defaultReturnUrl },
    numbers: {
      validityDays: consent.validityDays,
      renewDaysBefore: consent.renewDaysBefore,
      requestTtlMs: consent.requestTtlMinutes * 60_000,
    },
    onWithdrawn,
    time,
    telemetry,
  });

  const gate = createConsentGate({ records, time, telemetry });
  const saldo = createSaldoLookup({
    store: sessionStore,
    held: createHeldSaldo(
      secrets.sessionKeySecondary === undefined
        ? [secrets.sessionKey]
        : [secrets.sessionKey, secrets.sessionKeySecondary],
    ),
    standing: (person, deadline) => gate.standing(person, deadline),
    fetch: createSaldoFetch({
      gate,
      sharedToken: lanekassenToken,
      consentTokens: createConsentTokens(lanekassenGrant, { client, telemetry }),
      isConsentNotUsable: (error) => error instanceof ConsentNotUsable,
      lanekassen: createLanekassen(
        {
          baseUrl: settings.lanekassen.baseUrl,
          apiKey: settings.lanekassen.apiKey,
          transport: settings.lanekassen.consentTransport,
          authPrefix: settings.lanekassen.authPrefix,
        },
        { http: http.lanekassen, policy: policy('lanekassen', numbers.lanekassen), time, telemetry },
      ),
      sendConsentToken: settings.lanekassen.sendConsentToken,
      consentTokenAuthorises: settings.lanekassen.consentTransport !== 'consent-id-header',
      time,
      telemetry,
    }),
    numbers: {
      leaseMs: session.leaseMs,
      sessionMs: session.ttlMinutes * 60_000,
      lookupDeadlineMs: numbers.lookupDeadlineMs,
      renewBeforeMs: consent.renewDaysBefore * 86_400_000,
    },
    time,
    telemetry,
  });

  return {
    requestDeadlineMs: numbers.requestDeadlineMs,
    time,
    verify: (authorization: string | undefined, access: 'person' | 'person-leaving') =>
      verifyPersonToken(authorization, {
        settings: settings.personToken,
        keys: personKeys,
        time,
        ...(access === 'person-leaving' ? { expiredForMs: session.endedHours * 3_600_000 } : {}),
      }),
    admit: (caller: Caller, deadline: Deadline) => sessions.admit(caller, deadline),
    sessions,
    consents,
    saldo,
    /** Throws when the state table does not answer. */
    probeState: (deadline: Deadline) => tables.consents.read('bank', 'bank', deadline),
    purge: () => purgeExpired(tables, { time, telemetry }),
    /** Begins what the first customer would otherwise wait for; what fails is met, and told, by that customer's call. */
    warm() {
      // Ours alone: the table and the bank's keys. Nobody else is hit by many instances starting together.
      personKeys.warm();
      void openTable('consents').catch(() => {});
      // Maskinporten's metadata and keys (and with them a socket and TLS), and the identity's token for the vault: spread
      // over half a second. A customer who comes earlier does not wait for this, but begins it.
      const staggered = async () => {
        await time.sleep(time.random() * numbers.startStaggerMs);
        maskinportenKeys.warm();
        await (await credential()).getToken(vaultScope);
      };
      void staggered().catch(() => {});
    },
    close: () => Promise.all(Object.values(http).map((one) => one.close())),
  };
}

/** The parts of the running program. */
export type App = ReturnType<typeof compose>;

let built: App | undefined;

/** The parts, built at the first call. Throws `configuration` while the settings are faulty: the process then serves nothing else. */
export function loadApp(): App {
  if (built) return built;
  const result = readSettings(process.env);
  if (!result.ok) throw new ProblemError('configuration', { fault: 'settings' });
  built = compose(result.settings);
  return built;
}

/** Tells every fault of the settings, by name and reason, and begins the warm-up when there is none. */
export function startApp(): void {
  const result = readSettings(process.env);
  if (result.ok) loadApp().warm();
  else for (const fault of result.faults) telemetry.alert('setting-faulty', 'Mend the setting and restart.', { fault });
}

/** Closes the connections to the upstreams; the platform gives five seconds for it. */
export async function closeApp(): Promise<void> {
  await built?.close();
}

/** The wrapper that every HTTP function goes through. */
export const endpoint = createEndpoint<Admission, App>(loadApp, telemetry);
