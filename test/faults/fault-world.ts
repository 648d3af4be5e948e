// One world for the fault suite. Every upstream is behind switches, and the limits are short enough for a test. The guards are wide open
// (they are tested in virtual time), so each row shows the outcome table alone.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { TableClient } from '@azure/data-tables';
import type { SpawnedHost } from '../../local/host/spawn.ts';
import { dsopCustomers, testBank } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { feedPartitionOf } from '../../shared/consent/feed-lease.ts';
import { isProblemCode, problems } from '../../shared/problem-catalogue.ts';
import { type FaultProxy, startFaultProxy } from '../fault-proxy.ts';
import { policyApp, policyChanges } from '../fixtures/policy-app/policy-app.ts';
import { runSync } from '../integration/feed.ts';
import { FrontEnd, type Reply } from '../integration/front-end.ts';
import { type WireFaults, wireFaultsOf } from '../wire-faults.ts';
import { type AttemptLine, attemptLines, linesOf } from './log-lines.ts';

/** The upstreams that the program calls over the network. */
export type UpstreamName =
  | 'lanekassen'
  | 'maskinporten'
  | 'altinn'
  | 'key-vault'
  | 'tables'
  | 'identity'
  | 'bank-login';

/** Limits of the suite, milliseconds. */
export const limits = {
  request: 6500,
  lookup: 7500,
  lanekassenTry: 900,
  partyTry: 700,
  vaultTry: 900,
  // Well below its connect limit of a second, which is not a number of the policy.
  identityTry: 600,
  tableTry: 700,
} as const;

/** Longer than any attempt, so the attempt's own limit ends a connect that hangs. The connect limit has a row of its own. */
const connectMs = 30_000;

const settings = {
  REQUEST_DEADLINE_MS: String(limits.request),
  MASKINPORTEN_TOTAL_TIMEOUT_MS: '2600',
  ALTINN_TOTAL_TIMEOUT_MS: '2600',
  KEY_VAULT_TOTAL_TIMEOUT_MS: '2600',
  ...policyChanges({
    lookupDeadlineMs: limits.lookup,
    lanekassen: { tryMs: limits.lanekassenTry, coldTryMs: limits.lanekassenTry, connectMs },
    maskinporten: { tryMs: limits.partyTry, coldTryMs: limits.partyTry, connectMs },
    altinn: { tryMs: limits.partyTry, connectMs },
    // A process fetches this once, while it starts. The rows about it have a process of their own.
    personTokenIssuer: { tryMs: 5000, totalMs: 5000, connectMs },
    keyVault: { tryMs: limits.vaultTry, connectMs },
    identity: { tryMs: limits.identityTry, totalMs: 2500 },
    tables: { tryMs: limits.tableTry, totalMs: 2600, connectMs },
    common: {
      budget: { tokens: 1000 },
      // A pause of an hour is reported to the caller; the next row must not wait for it.
      breaker: { minCalls: 1000, minOpenMs: 100, maxOpenMs: 100, maxDelayMs: 1000 },
      // A 429 slows the calls after it; the next row must not be affected.
      rateLimiter: { minPerMinute: 6000 },
    },
    startStaggerMs: 0,
  }),
  // Each look-up fetches a consent token, so it goes through Key Vault and Maskinporten.
  LANEKASSEN_SEND_CONSENT_TOKEN: 'always',
};

/** The result of a call to the program. */
export type Outcome = {
  reply: Reply;
  tookMs: number;
  /** Every attempt that the host logged, at any upstream. */
  attempts: AttemptLine[];
  /** Everything that the host wrote during the call. */
  output: string;
  /** Requests that reached the upstream under test; `at` in milliseconds. */
  requests: { at: number; method: string; path: string }[];
  /** The session's row afterwards: `held`, `failed <code>`, …; `nothing`: there is none. */
  session: string;
};

export type FaultWorld = {
  world: World;
  faults(upstream: UpstreamName): WireFaults;
  person: string;
  /** A host of its own, started while the present fault lasts. */
  freshHost(changes?: Record<string, string>): Promise<SpawnedHost>;
  /** A host that sends no consent token for a consent that Lånekassen knows, which is the default. */
  primedHost(): Promise<SpawnedHost>;
  /** The host of that name: the present one, or a new one that replaces the host before it. */
  hostOf(name: string, start: () => Promise<SpawnedHost>): Promise<SpawnedHost>;
  /** Makes the event feed fresh or stale evidence. */
  setFeed(state: 'stale' | 'fresh'): Promise<void>;
  feed(): Promise<string>;
  /** A look-up in a new login session, and what it did. Waits for a fetch that continues in the background. */
  lookUp(
    upstream: UpstreamName,
    options?: {
      /** Another host than the suite's. With `sinceStart` the calls of its start belong to the outcome. */
      host?: SpawnedHost;
      sinceStart?: boolean;
      nationalId?: string;
      prefer?: string;
      /** The caller closes the connection after this time; the reply is then empty. */
      leaveAfterMs?: number;
    },
  ): Promise<Outcome>;
  /** Makes another look-up in the session of the last one. */
  askAgain(): Promise<Reply>;
  /** `POST /consents` of a customer without a consent. */
  create(): Promise<Outcome>;
  /** State of that person's newest consent; `nothing`: there is none. The consent is ended afterwards. */
  endCreated(): Promise<string>;
  /** A run of the timer that reads the event feed. Its result is used as the reply's code. */
  sync(): Promise<Outcome>;
  giveConsent(nationalId: string): Promise<void>;
  /** Entries `saldo-fetched` in the logs of all customers. */
  logEntries(): Promise<number>;
  close(): Promise<void>;
};

const person = '04125300311';
/** Customers without a consent. Each may make five requests an hour, so each is used for a few rows. */
const newcomers = dsopCustomers
  .map(({ nationalId }) => nationalId)
  .filter((nationalId) => ![person, '01085301957', '03124002140'].includes(nationalId));
const rowsEach = 4;

/** Starts the world and gives the test person's consent. */
export async function startFaultWorld(): Promise<FaultWorld> {
  const world = await startTestWorld({ accessTokenLifetimeSeconds: 3600, settings, root: await policyApp() });
  // The first host was only needed to start the world. The host under test reaches its tables through a proxy.
  const proxy: FaultProxy = await startFaultProxy(world.azurite.url);
  const connection = world.azurite.connectionString.replace(new URL(world.azurite.url).origin, proxy.url);
  const host = await world.anotherHost({ STATE_TABLE_CONNECTION_STRING: connection });
  const table = (name: string) =>
    TableClient.fromConnectionString(world.azurite.connectionString, name, { allowInsecureConnection: true });
  const faults: Record<UpstreamName, WireFaults> = {
    lanekassen: wireFaultsOf(world.lanekassen),
    maskinporten: wireFaultsOf(world.maskinporten),
    altinn: wireFaultsOf(world.altinn),
    'key-vault': wireFaultsOf(world.keyVault),
    identity: wireFaultsOf(world.identity),
    'bank-login': wireFaultsOf(world.bankLogin),
    tables: proxy.faults,
  };
  const frontEnd = (at: SpawnedHost) => new FrontEnd({ ...world, apiUrl: `${at.url}/api` });
  const login = (nationalId: string, sid: string = randomUUID()) => world.bankLogin.control.login(nationalId, { sid });

  const stateOf = ({ state, code }: { state?: string; code?: string }) =>
    [state, code].filter((word) => word !== undefined).join(' ');
  /** Session rows by partition. */
  const sessionRows = async () => {
    const rows = new Map<string, string>();
    for await (const row of table('sessions').listEntities({ queryOptions: { filter: "RowKey eq 'session'" } }))
      rows.set(String(row.partitionKey), stateOf(JSON.parse(String(row.doc))));
    return rows;
  };
  const consentStates = async () => {
    const states: { createdAt: number; state: string }[] = [];
    for await (const row of table('consents').listEntities({ queryOptions: { filter: "RowKey eq 'person'" } }))
      states.push(...((JSON.parse(String(row.doc)) as { consents?: typeof states }).consents ?? []));
    return states.sort((a, b) => b.createdAt - a.createdAt);
  };
  const giveConsent = async (nationalId: string) => {
    const token = await login(nationalId);
    const { body } = await frontEnd(host).call('GET', '/consents/current', token);
    if (body.state !== 'accepted') await frontEnd(host).giveConsent(token);
  };

  /** Runs something and collects its result. */
  const observed = async (
    upstream: UpstreamName,
    at: SpawnedHost,
    work: () => Promise<Reply>,
    sinceStart = false,
  ): Promise<Omit<Outcome, 'session'>> => {
    const from = sinceStart ? 0 : at.output().length;
    if (!sinceStart) faults[upstream].forget();
    const startedAt = performance.now();
    const reply = await work();
    const tookMs = performance.now() - startedAt;
    // The background work ends at the latest at the look-up's own limit, plus a moment to store the result.
    const until = startedAt + limits.lookup + 2500;
    while ([...(await sessionRows()).values()].includes('leased') && performance.now() < until) await sleep(50);
    // The host also needs a moment to write its lines about this request, found by its id.
    const requestId = reply.headers.get('x-request-id');
    const isTold = () =>
      requestId === null || at.output().slice(from).includes(`"requestId":"${requestId}","durationMs"`);
    while (!isTold() && performance.now() < until) await sleep(20);
    await sleep(50);
    const output = at.output().slice(from);
    return { reply, tookMs, output, requests: faults[upstream].requests(), attempts: attemptLines(output) };
  };

  let lastToken = '';
  let created = 0;
  let newcomer = '';
  const lookUp: FaultWorld['lookUp'] = async (upstream, options = {}) => {
    const under = options.host ?? host;
    const token = await login(options.nationalId ?? person);
    lastToken = token;
    const before = await sessionRows();
    const headers: Record<string, string> = options.prefer === undefined ? {} : { prefer: options.prefer };
    const ask =
      options.leaveAfterMs === undefined
        ? () => frontEnd(under).call('GET', '/saldo', token, { headers })
        : async () => {
            const left = await leave(`${under.url}/api/saldo`, token, options.leaveAfterMs ?? 0);
            // Waits until there is something to wait for.
            const until = performance.now() + limits.lookup;
            while ((await sessionRows()).size === before.size && performance.now() < until) await sleep(50);
            return left;
          };
    const seen = await observed(upstream, under, ask, options.sinceStart);
    const own = [...(await sessionRows())].find(([name]) => !before.has(name));
    return { ...seen, session: own?.[1] ?? 'nothing' };
  };

  const feed = feedPartitionOf(testBank.organisationNumber);
  const setFeed = async (state: 'stale' | 'fresh') => {
    const completeAt = Date.now() - (state === 'fresh' ? 0 : 3_600_000);
    const row = await table('consents')
      .getEntity<{ doc: string }>(feed, 'feed')
      .catch(() => undefined);
    const doc = JSON.stringify({ v: 1, ...(row ? JSON.parse(row.doc) : {}), completeAt });
    await table('consents').upsertEntity(
      { partitionKey: feed, rowKey: 'feed', bank: testBank.organisationNumber, doc },
      'Merge',
    );
  };

  // A starting process on a busy machine may need longer than the suite's short limits, so the call is repeated.
  for (let round = 1; ; round++) {
    try {
      await giveConsent(person);
      const first = await lookUp('lanekassen');
      if (first.reply.status === 200) break;
      throw new Error(`The first look-up gave ${JSON.stringify(first.reply.body)}`);
    } catch (error) {
      if (round === 10) throw error;
      await sleep(1500);
    }
  }
  await setFeed('stale');

  let primed: Promise<SpawnedHost> | undefined;
  let own: { name: string; host: SpawnedHost } | undefined;
  return {
    world,
    primedHost: () => {
      primed ??= world.anotherHost({
        STATE_TABLE_CONNECTION_STRING: connection,
        LANEKASSEN_SEND_CONSENT_TOKEN: 'until-200',
      });
      return primed;
    },
    faults: (upstream) => faults[upstream],
    person,
    freshHost: (changes) => world.anotherHost({ STATE_TABLE_CONNECTION_STRING: connection, ...changes }),
    async hostOf(name, start) {
      if (own?.name === name) return own.host;
      await own?.host.stop();
      own = undefined;
      own = { name, host: await start() };
      return own.host;
    },
    setFeed,
    async feed() {
      const { doc } = await table('consents').getEntity<{ doc: string }>(feed, 'feed');
      return Date.now() - Number((JSON.parse(doc) as { completeAt: number }).completeAt) > 1_800_000
        ? 'feed stale'
        : 'feed fresh';
    },
    lookUp,
    askAgain: () => frontEnd(host).call('GET', '/saldo', lastToken),
    async create() {
      newcomer = newcomers[Math.floor(created / rowsEach) % newcomers.length] ?? '';
      created += 1;
      const token = await login(newcomer);
      return {
        ...(await observed('altinn', host, () => frontEnd(host).startConsent(token))),
        session: 'nothing',
      };
    },
    async endCreated() {
      const [newest] = await consentStates();
      await frontEnd(host).call('DELETE', '/consents/current', await login(newcomer));
      return newest?.state ?? 'nothing';
    },
    async sync() {
      const seen = await observed('altinn', host, async () => {
        const result = await runSync(host);
        const [word, code = ''] = result.split(' ');
        // A timer has no caller; the problem's own status is used as its answer.
        const status = word === 'failed' && isProblemCode(code) ? problems[code].status : 200;
        return { status, headers: new Headers(), body: { code, result } };
      });
      return { ...seen, session: 'nothing' };
    },
    giveConsent,
    async logEntries() {
      let count = 0;
      const filter = "event eq 'saldo-fetched'";
      for await (const row of table('consents').listEntities({ queryOptions: { filter } }))
        count += row.rowKey === undefined ? 0 : 1;
      return count;
    },
    close: async () => {
      await world.close();
      await proxy.close();
    },
  };
}

/** Calls and closes the connection before the answer. */
async function leave(url: string, token: string, afterMs: number): Promise<Reply> {
  const asking = fetch(url, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(afterMs) });
  await asking.catch(() => {});
  return { status: 0, headers: new Headers(), body: {} };
}

/** Lines of the log by event, without those of attempts. */
export const problemLines = (output: string) => linesOf(output).filter(({ event }) => event === 'problem');
