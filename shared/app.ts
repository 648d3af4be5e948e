import { randomBytes } from 'node:crypto';
import { createAltinn } from './consent/altinn.ts';
import { createConsentEvents } from './consent/consent-events.ts';
import { createConsentGate } from './consent/consent-gate.ts';
import { createConsentRecords } from './consent/consent-records.ts';
import { createConsentStore } from './consent/consent-store.ts';
import { createConsents } from './consent/consents.ts';
import { createFeedStore } from './consent/feed-store.ts';
import { importConsent } from './consent/import-consent.ts';
import { readLogPage } from './consent/log-page.ts';
import { moveOnUse } from './consent/person-move.ts';
import { createEndpoint } from './http/endpoint.ts';
import { verifyLogoutToken } from './http/logout-token.ts';
import { verifyPersonToken } from './http/person-token.ts';
import { requestContext } from './http/request-context.ts';
import { createClockWatch } from './maskinporten/clock-watch.ts';
import type { Grant } from './maskinporten/grant.ts';
import { keysMisfit } from './maskinporten/key-guard.ts';
import { createKeyVaultSigner } from './maskinporten/key-vault-signer.ts';
import { createMetadataSource } from './maskinporten/metadata.ts';
import { createTokenCache } from './maskinporten/token-cache.ts';
import { ConsentNotUsable, createTokenClient } from './maskinporten/token-client.ts';
import { createConsentTokens, createSharedToken } from './maskinporten/tokens.ts';
import type { Caller } from './person/caller.ts';
import type { NationalId } from './person/national-id.ts';
import { type KeyedName, personKey } from './person/person-key.ts';
import { ProblemError } from './problems.ts';
import { Deadline } from './resilience/deadline.ts';
import { createPolicy, longerLine, type PolicyNumbers } from './resilience/policy.ts';
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

  const opener = createTableOpener(settings.state, bank.organisationNumber, credential, {
    totalMs: numbers.identity.totalMs + numbers.tables.totalMs,
    time,
  });
  const tablePolicy = policy('tables', numbers.tables);
  const table = (name: 'consents' | 'sessions') =>
    createAzureTable(name, () => opener.client(name), numbers.tableAttempts, {
      policy: tablePolicy,
      time,
      telemetry,
      onMissing() {
        opener.forget();
        telemetry.alert('table-missing', 'A state table is gone and is made anew, empty. Find out who removed it.', {
          table: name,
        });
      },
    });
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
  const vaultPolicy = policy('key-vault', numbers.keyVault);
  const client = createTokenClient({
    http: http.maskinporten,
    policy: maskinportenPolicy,
    metadata,
    keys: maskinportenKeys,
    signer: createKeyVaultSigner({ credential, policy: vaultPolicy, telemetry }),
    expected: { organisationNumber: bank.organisationNumber, resourceId: altinn.resourceId },
    clock: createClockWatch({ time, telemetry }),
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
    sessionMs: session.ttlMinutes * 60_000,
    settlePerson: async ({ person, persons }, deadline) => {
      for (const from of persons.slice(1)) await moveOnUse(tables.consents, { from, to: person }, deadline);
    },
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
  const consentStore = createConsentStore(tables.consents, {
    retentionMs: consent.logRetentionDays * 86_400_000,
    acceptMigrated: consent.acceptMigrated,
    random: () => randomBytes(4).toString('hex'),
  });
  const records = createConsentRecords({
    store: consentStore,
    altinn: altinnClient,
    keysOf: (nationalId) =>
      [secrets.personKey, secrets.personKeySecondary]
        .filter((secret) => secret !== undefined)
        .map((secret) => personKey(secret, nationalId)),
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
    time,
    telemetry,
  });

  const consentEvents = createConsentEvents({
    altinn: altinnClient,
    feed: createFeedStore(tables.consents),
    store: consentStore,
    records,
    freshMs: consent.feedFreshMinutes * 60_000,
    time,
    telemetry,
  });
  const gate = createConsentGate({
    records,
    check: consent.check,
    isFeedFresh: (deadline) => consentEvents.isFresh(deadline),
    time,
    telemetry,
  });
  const lanekassenPolicy = policy('lanekassen', numbers.lanekassen);
  const saldo = createSaldoLookup({
    store: sessionStore,
    held: createHeldSaldo(
      secrets.sessionKeySecondary === undefined
        ? [secrets.sessionKey]
        : [secrets.sessionKey, secrets.sessionKeySecondary],
    ),
    standing: (person, deadline) => gate.standing(person, deadline),
    enter: (caller, { names }, deadline) => sessions.enter(caller, names, deadline),
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
        { http: http.lanekassen, policy: lanekassenPolicy, time, telemetry },
      ),
      sendConsentToken: settings.lanekassen.sendConsentToken,
      consentTokenAuthorises: settings.lanekassen.consentTransport !== 'consent-id-header',
      time,
      telemetry,
    }),
    line: () => longerLine(maskinportenPolicy.line(), lanekassenPolicy.line()),
    numbers: {
      leaseMs: session.leaseMs,
      sessionMs: session.ttlMinutes * 60_000,
      lookupDeadlineMs: numbers.lookupDeadlineMs,
      lineToldMostMs: numbers.lineToldMostMs,
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
    /** Throws `request-invalid` for anything but a sound logout token of the bank's identity provider. */
    verifyLogout: (token: string) =>
      verifyLogoutToken(token, { settings: settings.personToken, keys: personKeys, time }),
    sessions,
    consents,
    consentEvents,
    /** For `tools/import-consents.ts`. */
    importConsent: (migrated: { nationalId: NationalId; id: string }, deadline: Deadline) =>
      importConsent(
        {
          accepts: consent.acceptMigrated,
          altinn: altinnClient,
          store: consentStore,
          keyOf: (nationalId) => personKey(secrets.personKey, nationalId),
          bank: { organisationNumber: bank.organisationNumber, resourceId: altinn.resourceId },
          returnUrl: settings.defaultReturnUrl,
          time,
        },
        migrated,
        deadline,
      ),
    consentLog: (person: KeyedName, before: number | undefined, deadline: Deadline) =>
      readLogPage(consentStore, person, before, deadline),
    saldo,
    /** Throws when the state table does not answer. */
    probeState: (deadline: Deadline) =>
      Promise.all([tables.consents.read('bank', 'bank', deadline), tables.sessions.read('probe', 'probe', deadline)]),
    purge: () => purgeExpired(tables, { time, telemetry }),
    /** Begins what the first customer would otherwise wait for; what fails is met, and told, by that customer's call. */
    warm() {
      // Ours alone: the table and the bank's keys. Nobody else is hit by many instances starting together.
      personKeys.warm();
      void opener.client('consents').catch(() => {});
      // Maskinporten's metadata and keys (and with them a socket and TLS), and the identity's token for the vault: spread
      // over half a second. A customer who comes earlier does not wait for this, but begins it.
      const staggered = async () => {
        await time.sleep(time.random() * numbers.startStaggerMs);
        maskinportenKeys.warm();
        await (await credential()).getToken(vaultScope);
      };
      void staggered().catch(() => {});
    },
    /** Whether a key in the vault cannot be what its mode says, which only other settings and a restart mend. */
    keysMisfit: () =>
      keysMisfit([maskinporten.lanekassenKey, maskinporten.altinnKey], Deadline.after(time, numbers.keyVault.totalMs), {
        credential,
        policy: vaultPolicy,
        telemetry,
        now: time.now,
      }),
    close: () => Promise.all(Object.values(http).map((one) => one.close())),
  };
}

/** The parts of the running program. */
export type App = ReturnType<typeof compose>;

let built: App | undefined;
let misfit = false;

/** The parts, built at the first call. Throws `configuration` while the settings are faulty: the process then serves nothing else. */
export function loadApp(): App {
  if (misfit) throw new ProblemError('configuration', { fault: 'key-mode-misfit' });
  if (built) return built;
  const result = readSettings(process.env);
  if (!result.ok) throw new ProblemError('configuration', { fault: 'settings' });
  built = compose(result.settings);
  return built;
}

/**
 * Tells every fault of the settings, by name and reason. When there is none, begins the warm-up, and looks whether the
 * vault's keys fit their mode: if not, nothing is served any more.
 */
export async function startApp(): Promise<void> {
  const result = readSettings(process.env);
  if (!result.ok) {
    for (const fault of result.faults) telemetry.alert('setting-faulty', 'Mend the setting and restart.', { fault });
    return;
  }
  const app = loadApp();
  app.warm();
  misfit = await app.keysMisfit();
}

/** Closes the connections to the upstreams; the platform gives five seconds for it. */
export async function closeApp(): Promise<void> {
  await built?.close();
}

/** The wrapper that every HTTP function goes through. */
export const endpoint = createEndpoint<Admission, App>(loadApp, telemetry);
