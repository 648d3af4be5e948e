// One world for the fault suite: every upstream behind switches, limits short enough for a test, guards wide open (they
// are tested in virtual time), so that each row meets the bare outcome table.
import { randomUUID } from 'node:crypto';
import { TableClient } from '@azure/data-tables';
import { type FaultProxy, startFaultProxy } from '../../local/fault-proxy.ts';
import type { SpawnedHost } from '../../local/host/spawn.ts';
import { type WireFaults, wireFaultsOf } from '../../local/wire-faults.ts';
import { startWorld, type World } from '../../local/world.ts';
import { onDemandOnly } from '../integration/feed.ts';
import { FrontEnd, type Reply } from '../integration/front-end.ts';

/** The upstreams that a look-up meets over the wire. */
export const upstreams = ['lanekassen', 'maskinporten', 'altinn', 'key-vault', 'tables', 'identity'] as const;
export type UpstreamName = (typeof upstreams)[number];

/** Limits of the suite, milliseconds. */
export const limits = { request: 3500, lookup: 6000, lanekassenTry: 900 } as const;

const settings = {
  REQUEST_DEADLINE_MS: String(limits.request),
  LOOKUP_DEADLINE_MS: String(limits.lookup),
  LANEKASSEN_TRY_TIMEOUT_MS: String(limits.lanekassenTry),
  LANEKASSEN_COLD_TRY_TIMEOUT_MS: String(limits.lanekassenTry),
  MASKINPORTEN_TRY_TIMEOUT_MS: '500',
  MASKINPORTEN_COLD_TRY_TIMEOUT_MS: '500',
  MASKINPORTEN_TOTAL_TIMEOUT_MS: '2500',
  ALTINN_TRY_TIMEOUT_MS: '500',
  ALTINN_TOTAL_TIMEOUT_MS: '2500',
  KEY_VAULT_TRY_TIMEOUT_MS: '700',
  KEY_VAULT_TOTAL_TIMEOUT_MS: '2000',
  IDENTITY_TRY_TIMEOUT_MS: '700',
  IDENTITY_TOTAL_TIMEOUT_MS: '1500',
  TABLE_TRY_TIMEOUT_MS: '500',
  TABLE_TOTAL_TIMEOUT_MS: '2000',
  RETRY_BUDGET_TOKENS: '1000',
  BREAKER_LEAST_CALLS: '1000',
  BREAKER_OPEN_LEAST_MS: '100',
  BREAKER_OPEN_MOST_MS: '100',
  // An hour asked for is told to the caller; the row after it must not wait that long.
  BREAKER_DELAY_MOST_MS: '1000',
  // So that each look-up fetches a consent token: the way through Key Vault and Maskinporten.
  LANEKASSEN_SEND_CONSENT_TOKEN: 'always',
  START_STAGGER_MS: '0',
};

/** A line that the host wrote about one attempt. */
export type AttemptLine = { upstream: string; call: string; attempt: number; outcome: string; stop?: string };

/** What a look-up came to. */
export type Outcome = {
  reply: Reply;
  tookMs: number;
  attempts: AttemptLine[];
  /** Requests that reached the upstream under test; `at` in milliseconds. */
  requests: { at: number; method: string; path: string }[];
  held: number;
};

export type FaultWorld = {
  world: World;
  faults(upstream: UpstreamName): WireFaults;
  person: string;
  /** A host of its own, started while whatever fault is set lasts. */
  freshHost(changes?: Record<string, string>): Promise<SpawnedHost>;
  /** A look-up in a new login session, with what it did. Waits for a fetch that goes on in the background. */
  lookUp(
    upstream: UpstreamName,
    options?: { host?: SpawnedHost; nationalId?: string; prefer?: string },
  ): Promise<Outcome>;
  /** Asks once more in the session of the last look-up. */
  askAgain(): Promise<Reply>;
  giveConsent(nationalId: string): Promise<void>;
  /** Rows of `sessions` that hold a saldo. */
  heldRows(): Promise<number>;
  close(): Promise<void>;
};

/** Starts it and gives the test person's consent. */
export async function startFaultWorld(): Promise<FaultWorld> {
  const world = await startWorld({ accessTokenLifetimeSeconds: 3600, settings: onDemandOnly });
  // The first host was only needed to start; the one under test reaches its tables through a proxy.
  const proxy: FaultProxy = await startFaultProxy(world.azurite.url);
  const connection = world.azurite.connectionString.replace(new URL(world.azurite.url).origin, proxy.url);
  const host = await world.anotherHost({ ...settings, STATE_TABLE_CONNECTION_STRING: connection });
  const sessions = TableClient.fromConnectionString(world.azurite.connectionString, 'sessions', {
    allowInsecureConnection: true,
  });
  const person = '04125300311';
  const faults: Record<UpstreamName, WireFaults> = {
    lanekassen: wireFaultsOf(world.lanekassen.url),
    maskinporten: wireFaultsOf(world.maskinporten.url),
    altinn: wireFaultsOf(world.altinn.url),
    'key-vault': wireFaultsOf(world.keyVault.url),
    identity: wireFaultsOf(world.identity.url),
    tables: proxy.faults,
  };
  const heldRows = async () => {
    let count = 0;
    for await (const row of sessions.listEntities({ queryOptions: { filter: "state eq 'held'" } }))
      count += row.partitionKey === undefined ? 0 : 1;
    return count;
  };
  const giveConsent = async (nationalId: string) => {
    const token = await world.bankLogin.control.login(nationalId);
    await new FrontEnd({ ...world, apiUrl: `${host.url}/api` }).giveConsent(token);
  };
  let lastToken = '';
  const lookUp: FaultWorld['lookUp'] = async (upstream, options = {}) => {
    const under = options.host ?? host;
    const token = await world.bankLogin.control.login(options.nationalId ?? person, { sid: randomUUID() });
    lastToken = token;
    const heldBefore = await heldRows();
    const from = under.output().length;
    faults[upstream].forget();
    const startedAt = performance.now();
    const reply = await new FrontEnd({ ...world, apiUrl: `${under.url}/api` }).call('GET', '/saldo', token, {
      headers: options.prefer === undefined ? {} : { prefer: options.prefer },
    });
    const tookMs = performance.now() - startedAt;
    // In the background at most until the look-up's own limit.
    if (reply.body.code === 'saldo-not-ready')
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, limits.lookup - tookMs) + 300));
    await new Promise((resolve) => setTimeout(resolve, 30));
    return {
      reply,
      tookMs,
      requests: faults[upstream].requests(),
      attempts: attemptLines(under.output().slice(from)).filter((line) => line.upstream === upstream),
      held: (await heldRows()) - heldBefore,
    };
  };
  await giveConsent(person);
  const first = await lookUp('lanekassen');
  if (first.reply.status !== 200) throw new Error(`The first look-up gave ${JSON.stringify(first.reply.body)}`);
  return {
    world,
    faults: (upstream) => faults[upstream],
    person,
    freshHost: (changes) => world.anotherHost({ ...settings, STATE_TABLE_CONNECTION_STRING: connection, ...changes }),
    lookUp,
    askAgain: () => new FrontEnd({ ...world, apiUrl: `${host.url}/api` }).call('GET', '/saldo', lastToken),
    giveConsent,
    heldRows,
    close: async () => {
      await world.close();
      await proxy.close();
    },
  };
}

function attemptLines(output: string): AttemptLine[] {
  return output.split('\n').flatMap((line) => {
    const json = line.slice(Math.max(0, line.indexOf('{')));
    if (!json.includes('"upstream-attempt"')) return [];
    try {
      return [JSON.parse(json) as AttemptLine];
    } catch {
      return [];
    }
  });
}
