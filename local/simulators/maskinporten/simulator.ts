// Maskinporten: machine-to-machine access tokens for signed assertions. It refuses what the real one refuses; the rules
// and their sources are in the files of the folder beside.
import { setTimeout as sleep } from 'node:timers/promises';
import { createVerifyAccessToken } from '../kit/maskinporten-token.ts';
import {
  type SimulatedAnswer,
  type SimulatedRequest,
  type Simulator,
  type SimulatorOptions,
  serve,
} from '../kit/simulator.ts';
import { createAssertionCheck } from './assertion.ts';
import { addKey, type ClientRecord, createClients, type MaskinportenClient, type RegisteredKey } from './clients.ts';
import { createPlannedFaults, faultAnswer, type MaskinportenFault } from './faults.ts';
import { metadataOf, metadataPath } from './metadata.ts';
import { asAnswer, type MpCode, Refusal } from './refusal.ts';
import { answerSelfService, clientIdIn } from './self-service.ts';
import { createSigningKeys, type TokenSigner } from './signing-keys.ts';
import { type ClaimsTamper, createTokenIssuer } from './token-issuer.ts';
import { assertionOf } from './token-request.ts';

/**
 * A token request in hindsight; no token, no consent and no person in it. `at` in ms since 1970 by the simulator's clock;
 * `clientId` and `scope` are empty when the assertion was not good.
 */
export type Grant = {
  at: number;
  clientId: string;
  scope: string;
  withConsent: boolean;
  status: number;
  code?: MpCode;
};

/** Steers Maskinporten from the test or launcher that started it. Unknown client ids throw. */
export type MaskinportenControl = {
  grants(): Grant[];
  /** The raw access tokens given out, so that a test can search logs for them. */
  issued(): string[];
  /** Registers or renews a public key, by the rules of registration. */
  registerKey(clientId: string, key: RegisteredKey): void;
  removeKey(clientId: string, kid: string): void;
  /** The keys registered on a client: `kid`, and when it was registered (ms since 1970). */
  keysOf(clientId: string): { kid: string; registeredAt: number }[];
  /** Calls of the self-service API, in order. */
  registrations(): { method: string; clientId: string }[];
  setScopes(clientId: string, scopes: readonly string[]): void;
  /** A new key signs tokens; the old ones leave /jwk unless `keepOld`. Resolves to the new `kid`. */
  rotateSigningKey(keepOld?: boolean): Promise<string>;
  /** A token request that meets a fault has used up its `jti` all the same: no client can know that it has not. */
  failNext(count: number, fault: MaskinportenFault): void;
  /** Token requests wait this many ms before they are answered; 0 ends it. */
  setDelay(delayMs: number): void;
  /** Tokens from now on are altered by `change` and signed by `signer` (default: honestly); `undefined` ends it. */
  tamper(change: ClaimsTamper | undefined, signer?: TokenSigner): void;
  /** Altinn's simulator has to know Maskinporten's address first, so on free ports its own comes later, by this. */
  setAltinnUrl(url: string): void;
  /** Access tokens come in an extra pair of quotation marks, a quirk seen in the DSOP chain. */
  quoteTokens(quoted: boolean): void;
};

/** What Maskinporten starts with. */
export type MaskinportenOptions = SimulatorOptions & {
  clients: readonly MaskinportenClient[];
  /** Where consents are looked up; without it no assertion with `authorization_details` passes. */
  altinnUrl?: string;
  /** Default 120, which is Lånekassen's figure. */
  accessTokenLifetimeSeconds?: number;
  /** PEM of the certificate authorities trusted for `x5c`. */
  certificateRoots?: readonly string[];
};

/** Starts Maskinporten. Its issuer, and the only `aud` it takes, is `url` with a trailing slash. */
export async function startMaskinporten(options: MaskinportenOptions): Promise<Simulator<MaskinportenControl>> {
  const clock = options.clock ?? Date.now;
  const issuer = (): string => `${running.url}/`;
  const clients = createClients(options.clients, clock);
  const signingKeys = await createSigningKeys();
  const check = createAssertionCheck({ issuer, clients, certificateRoots: options.certificateRoots ?? [], clock });
  const tokens = createTokenIssuer({
    issuer,
    signingKeys,
    altinnUrl: options.altinnUrl,
    lifetimeSeconds: options.accessTokenLifetimeSeconds ?? 120,
    clock,
  });
  const faults = createPlannedFaults();
  const grants: Grant[] = [];
  const registrations: { method: string; clientId: string }[] = [];
  let delayMs = 0;

  async function answerToken(request: SimulatedRequest, grant: Grant, fault: MaskinportenFault | undefined) {
    try {
      const assertion = await check(assertionOf(request));
      grant.clientId = assertion.client.clientId;
      grant.scope = assertion.claims.scope;
      grant.withConsent = assertion.claims.authorization_details !== undefined;
      if (fault === undefined) return await tokens.issue(assertion);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (fault === undefined) {
        if (error.code !== undefined) grant.code = error.code;
        return asAnswer(error);
      }
    }
    if (fault.mpCode !== undefined) grant.code = fault.mpCode;
    return faultAnswer(fault);
  }

  async function token(request: SimulatedRequest): Promise<SimulatedAnswer> {
    const fault = faults.next('/token');
    if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
    const grant: Grant = { at: clock(), clientId: '', scope: '', withConsent: false, status: 0 };
    grants.push(grant);
    const answer = await answerToken(request, grant, fault);
    grant.status = answer.status;
    return answer;
  }

  function known(clientId: string): ClientRecord {
    const client = clients.get(clientId);
    if (!client) throw new Error(`The Maskinporten simulator has no client ${clientId}.`);
    return client;
  }

  async function answer(request: SimulatedRequest): Promise<SimulatedAnswer> {
    const { method, path } = request;
    if (path === '/token') return method === 'POST' ? token(request) : { status: 405, headers: { allow: 'POST' } };
    const managed = clientIdIn(path);
    if (managed !== undefined) {
      registrations.push({ method, clientId: managed });
      const verify = createVerifyAccessToken(running.url, clock);
      return answerSelfService(request, managed, { clients, verify, clock });
    }
    if (path !== '/jwk' && path !== metadataPath) return { status: 404 };
    if (method !== 'GET') return { status: 405, headers: { allow: 'GET' } };
    const fault = faults.next(path);
    if (fault) return faultAnswer(fault);
    return { status: 200, body: path === '/jwk' ? { keys: signingKeys.published() } : metadataOf(running.url) };
  }

  const running = await serve('Maskinporten', options.port ?? 0, async (request) => {
    const answered = await answer(request);
    // Of the simulator's own clock, like all its times: a client sees by it how far its own is off.
    return { ...answered, headers: { date: new Date(clock()).toUTCString(), ...answered.headers } };
  });

  return {
    url: running.url,
    close: running.close,
    control: {
      grants: () => grants.map((grant) => ({ ...grant })),
      issued: tokens.issued,
      registerKey: (clientId, key) => addKey(known(clientId), key, clock),
      removeKey: (clientId, kid) => {
        const client = known(clientId);
        client.keys = client.keys.filter((key) => key.kid !== kid);
      },
      keysOf: (clientId) => known(clientId).keys.map(({ kid, registeredAt }) => ({ kid, registeredAt })),
      registrations: () => [...registrations],
      setScopes: (clientId, scopes) => {
        known(clientId).scopes = scopes;
      },
      rotateSigningKey: (keepOld = false) => signingKeys.rotate(keepOld),
      failNext: faults.plan,
      setDelay: (value) => {
        delayMs = value;
      },
      tamper: (change, signer = 'published') => tokens.tamper(change, signer),
      setAltinnUrl: tokens.setAltinnUrl,
      quoteTokens: tokens.quoteTokens,
    },
  };
}
