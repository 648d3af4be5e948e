// The set-up for rounds: the local world, a host for each round (its telemetry has a role name of its own), and customers.
import { setTimeout as sleep } from 'node:timers/promises';
import type { SpawnedHost } from '../../../local/host/spawn.ts';
import { dsopCustomers } from '../../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../../local/test-world.ts';
import { type FaultProxy, startFaultProxy } from '../../fault-proxy.ts';
import { policyApp, policyChanges } from '../../fixtures/policy-app/policy-app.ts';
import { FrontEnd } from '../../integration/front-end.ts';
import { type Envelope, type Ingestion, startIngestion } from '../../integration/ingestion.ts';
import { type WireFaults, wireFaultsOf } from '../../wire-faults.ts';

/** The parties that a round may take down. */
export type Party = 'lanekassen' | 'maskinporten' | 'altinn' | 'keyVault' | 'identity' | 'tables';
const parties = ['lanekassen', 'maskinporten', 'altinn', 'keyVault', 'identity', 'tables'] as const;

/** What a round can use: its own host, and the parties that it may take down. */
export type Stage = {
  world: World;
  host: SpawnedHost;
  frontEnd: FrontEnd;
  /** The switches of a party. They are reset after the round. */
  wire(party: Party): WireFaults;
  /** Starts a new login session of that customer (0–16, all of whom have consented). Returns its token. */
  login(customer: number, nationalId?: string): Promise<string>;
  /** `GET /saldo`: the status, and the problem's code. */
  saldo(token: string | undefined): Promise<string>;
  /** Runs a timer's function now. */
  run(name: string): Promise<void>;
};

/** A round: how its host differs, what is done before the telemetry counts, and what counts. */
export type Round = {
  settings?: Record<string, string>;
  /** Default: one login, so tokens are cached and the process is warm. */
  before?: (stage: Stage) => Promise<unknown>;
  play: (stage: Stage) => Promise<unknown>;
};

/** Long enough for a busy machine. Only the round itself may make something slow. */
const patient = {
  REQUEST_DEADLINE_MS: '30000',
  ...policyChanges({
    tables: { connectMs: 10_000, tryMs: 10_000, totalMs: 20_000 },
    keyVault: { tryMs: 10_000 },
    altinn: { tryMs: 10_000 },
  }),
};
const quick = {
  OTEL_METRIC_EXPORT_INTERVAL: '1000',
  OTEL_METRIC_EXPORT_TIMEOUT: '900',
  OTEL_BLRP_SCHEDULE_DELAY: '300',
};
/** Waits until what was counted has been sent: two exports. */
const sentMs = 2500;

/** Plays rounds one after the other. Returns what each one sent, by name. */
export async function playRounds(rounds: Readonly<Record<string, Round>>): Promise<Map<string, Envelope[]>> {
  const ingestion: Ingestion = await startIngestion();
  const world = await startTestWorld({
    root: await policyApp(),
    settings: {
      ...quick,
      ...patient,
      APPLICATIONINSIGHTS_CONNECTION_STRING: ingestion.connectionString,
      NODE_EXTRA_CA_CERTS: ingestion.certificate,
      WEBSITE_SITE_NAME: 'no-site',
    },
  });
  const connection = world.azurite.connectionString;
  const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(connection)?.[0] ?? '';
  const proxy: FaultProxy = await startFaultProxy(origin);
  const wire = (party: Party) => (party === 'tables' ? proxy.faults : wireFaultsOf(world[party]));
  const result = new Map<string, Envelope[]>();
  try {
    const first = new FrontEnd(world);
    for (const { nationalId } of dsopCustomers) {
      const token = await world.bankLogin.control.login(nationalId, { sid: crypto.randomUUID() });
      await first.giveConsent(token);
      // Lånekassen has answered 200 for the consent once, as for most customers.
      await first.call('GET', '/saldo', token);
    }
    for (const [name, round] of Object.entries(rounds)) {
      const host = await world.anotherHost({
        WEBSITE_SITE_NAME: name,
        STATE_TABLE_CONNECTION_STRING: connection.replace(origin, proxy.url),
        ...round.settings,
      });
      const frontEnd = new FrontEnd({ ...world, apiUrl: `${host.url}/api` });
      const stage: Stage = {
        world,
        host,
        frontEnd,
        wire,
        login: (customer, nationalId) =>
          world.bankLogin.control.login(
            nationalId ?? dsopCustomers[customer % dsopCustomers.length]?.nationalId ?? '',
            {
              sid: crypto.randomUUID(),
            },
          ),
        async saldo(token) {
          const { status, body } = await frontEnd.call('GET', '/saldo', token);
          return status === 200 ? '200' : `${status} ${body.code}`;
        },
        async run(timer) {
          await fetch(`${host.url}/admin/functions/${timer}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: '{"input":""}',
          });
          await sleep(1500);
        },
      };
      await (round.before ?? (async () => stage.saldo(await stage.login(16))))(stage);
      // The exporter is loaded seconds after the start, later on a busy machine. What came before the round must have been sent by then.
      const ofHost = () => ingestion.envelopes().filter(({ tags }) => tags['ai.cloud.role'] === name);
      for (let waits = 0; ofHost().length === 0 && waits < 60; waits++) await sleep(500);
      await sleep(sentMs);
      const from = Date.now();
      await round.play(stage);
      await sleep(sentMs);
      for (const party of parties) wire(party).clear();
      await host.stop();
      result.set(
        name,
        ofHost().filter(({ time }) => Date.parse(time) >= from),
      );
    }
  } finally {
    await world.close();
    await proxy.close();
    await ingestion.close();
  }
  return result;
}
