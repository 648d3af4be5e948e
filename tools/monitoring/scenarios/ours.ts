import { alerts } from '../../../shared/telemetry/alerts.ts';
import type { Scenario } from './scenario.ts';
import { ordinaryDay, type Story } from './story.ts';
import { hostRow, type TableRow } from './workspace-rows.ts';

const isTelemetry = ({ table }: TableRow): boolean => table.startsWith('App');
const isHttp = ({ row }: TableRow): boolean => row.AppRoleInstance !== 'timers';

/** Adds one alert of the program. */
const alerted = (story: Story, alert: string, reason = 'none', minutesAgo = 5): Story =>
  story.row({ name: 'alert', dimensions: { alert, reason }, measurements: {} }, minutesAgo);

const capped = (story: Story, status: string): Story =>
  story.add({
    table: '_LogOperation',
    row: {
      TimeGenerated: story.ago(20),
      Category: 'Ingestion',
      Operation: 'Data collection Status',
      Level: 'Warning',
      Detail: `Data collection stopped due to daily limit. Ingestion status = ${status}`,
    },
  });

/** Scenarios in which something of ours is wrong, or a person must check something. */
export const ours: Readonly<Record<string, Scenario>> = {
  deaf: {
    title: 'No telemetry has arrived for 20 minutes, neither from the host nor from the worker',
    record: (story) => void ordinaryDay(story).silence(20, isTelemetry),
  },
  'identity-refused': {
    title:
      'The app’s identity is refused: nothing works, and no telemetry arrives, because it is sent with the same identity',
    record: (story) => void ordinaryDay(story).silence(30, isTelemetry),
  },
  'http-dead': {
    title: 'No call has reached the app for 20 minutes; the timers run',
    record: (story) => void ordinaryDay(story).silence(20, (row) => isTelemetry(row) && isHttp(row)),
  },
  'worker-silent': {
    title: 'The host answers, and the worker’s own telemetry has been lost for 20 minutes',
    record: (story) => void ordinaryDay(story).silence(20, ({ table }) => ['AppMetrics', 'AppEvents'].includes(table)),
  },
  'host-500': {
    title: 'The host has answered 500 for half an hour without reaching the worker; the timers run',
    record(story) {
      ordinaryDay(story).silence(30, (row) => isTelemetry(row) && isHttp(row));
      for (let ago = 30; ago > 0; ago -= 0.5)
        story.add(
          hostRow({ at: story.ago(ago), instance: 'one' }, ago % 5 === 0 ? 'health-ready' : 'get-saldo', 500, 90),
        );
    },
  },
  'purge-stopped': {
    title: 'The sweep has not run for two hours',
    record: (story) =>
      void ordinaryDay(story).silence(
        120,
        ({ row }) => row.Name === 'purgeRun' || row.Name === 'rowsOverdue' || row.Name === 'purge-expired',
      ),
  },
  'rows-overdue': {
    title: 'A sweep met forty rows that should have been gone an hour ago',
    record: (story) => void ordinaryDay(story).count('rowsOverdue', 40, { table: 'sessions' }, 20),
  },
  'setting-faulty': {
    title: 'A setting has been wrong for forty minutes: the process serves nothing',
    record(story) {
      ordinaryDay(story)
        .silence(40, isTelemetry)
        .round('setting-faulty', { from: 40, every: 2, instances: ['one'] });
      // The alert is repeated every five minutes while the fault lasts.
      for (let ago = 40; ago > 0; ago -= 5) alerted(story, 'setting-faulty', 'other', ago);
    },
  },
  'key-ends-in-25-days': {
    title: 'The signing key ends in 25 days',
    record: (story) => void days(story, 25),
  },
  'key-ends-in-5-days': {
    title: 'The signing key ends in five days',
    record: (story) => void days(story, 5),
  },
  'registration-ends': {
    title: 'The key’s registration at Digdir ends in five days; the vault’s date is far off',
    values: { registrationEndsOn: 'datetime(2026-11-28)' },
    record: (story) => void ordinaryDay(story),
  },
  'callbacks-refused': {
    title: 'Thirty callbacks with a made-up state within a minute',
    record: (story) => void ordinaryDay(story).round('callbacks-refused', { from: 6, until: 5 }),
  },
  'tokens-refused': {
    title: 'The identity provider has changed its keys: most callers’ tokens are refused',
    record: (story) => void ordinaryDay(story, { loginsUntil: 40 }).round('tokens-refused', { from: 40 }),
  },
  'consents-refused': {
    title: 'Lånekassen refuses the consents of six customers within an hour',
    record: (story) => void ordinaryDay(story).round('consent-refused', { from: 50, every: 8, instances: ['one'] }),
  },
  'bank-not-on-access-list': {
    title: 'Altinn answers 403 without a body when a consent is asked for',
    record: (story) => void alerted(ordinaryDay(story), 'altinn-refuses', '403'),
  },
  'registered-key-expired': {
    title: 'Maskinporten answers MP-121: the registered key is more than a year old',
    record: (story) => void alerted(ordinaryDay(story), 'maskinporten-refuses', 'mp-121'),
  },
  'total-mismatch': {
    title: 'Lånekassen’s total differs from the sum of its accounts',
    record: (story) => void ordinaryDay(story).count('totalMismatch', 1, {}, 90),
  },
  'telemetry-dropped': {
    title: 'An instance lost 120 events before its exporter was there',
    record: (story) => void ordinaryDay(story).count('telemetryDropped', 120, { kind: 'event' }, 15),
  },
  'calls-per-login': {
    title: 'Lånekassen is asked twice a login: sessions end too early',
    record: (story) => void ordinaryDay(story).change((one) => (one.row.Name === 'sessionStarted' ? half(one) : one)),
  },
  'person-mismatch': {
    title: 'Altinn’s consent was another person’s',
    record: (story) => void ordinaryDay(story).count('personMismatch', 1, { where: 'altinn-giver' }, 3),
  },
  'daily-cap-near': {
    title: '80 % of the workspace’s daily cap is used',
    record: (story) => void capped(ordinaryDay(story), 'ApproachingQuota'),
  },
  'daily-cap-reached': {
    title: 'The workspace’s daily cap is reached',
    record: (story) => void capped(ordinaryDay(story), 'OverQuota'),
  },
  'row-unreadable': {
    title: 'One customer’s row was written by a newer version, as after going back by a release',
    record: (story) => void ordinaryDay(story).round('row-unreadable', { from: 6, until: 5, instances: ['one'] }),
  },
  'feed-event-stuck': {
    title: 'An event of Altinn’s feed has waited for two hours: the consent cannot be read in Altinn',
    record: (story) => void ordinaryDay(story).round('feed-event-stuck', { from: 6, until: 5, instances: ['timers'] }),
  },
  'program-alerts': {
    title: 'Everything that the program itself alerts on, once',
    record(story) {
      ordinaryDay(story);
      for (const alert of Object.keys(alerts)) if (alert !== 'identity-refused') alerted(story, alert);
    },
  },
};

const days = (story: Story, left: number): Story =>
  ordinaryDay(story).change((one) =>
    one.row.Name === 'keyDaysLeft' ? { ...one, row: { ...one.row, Sum: left, Min: left, Max: left } } : one,
  );

const half = (one: TableRow): TableRow => ({ ...one, row: { ...one.row, Sum: Number(one.row.Sum) / 2 } });
