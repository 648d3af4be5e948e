import type { Scenario } from './scenario.ts';
import { ordinaryDay, type Story } from './story.ts';
import { hostRow, ids, vaultRow } from './workspace-rows.ts';

/** All rows arrive this many minutes after they were made. */
const late = (story: Story, minutes: number): Story =>
  story.change(({ table, row }) => ({
    table,
    row: { ...row, ingestedAt: Number(row.TimeGenerated) + minutes * 60_000 },
  }));

/** A package that is written to the deployment container. */
export const deployed = (story: Story, minutesAgo: number): Story =>
  story.add({
    table: 'StorageBlobLogs',
    row: {
      TimeGenerated: story.ago(minutesAgo),
      _ResourceId: 'hostAccount/blobServices/default',
      OperationName: 'PutBlob',
      StatusCode: '201',
      StatusText: 'Success',
      ObjectKey: '/sthost/app-package-saldo/released-package.zip',
    },
  });

/** Scenarios that need no action. */
export const healthy: Readonly<Record<string, Scenario>> = {
  'healthy-day': { title: 'An ordinary morning', healthy: true, record: (story) => void ordinaryDay(story) },
  'quiet-night': {
    title: 'Night: no customer for an hour, timers and the test from outside run',
    healthy: true,
    at: '2026-11-24T02:31:00Z',
    record: (story) => void ordinaryDay(story, { loginsUntil: 70 }),
  },
  'new-environment': {
    title: 'An environment that was made twelve minutes ago, and has not been swept yet',
    healthy: true,
    record: (story) =>
      void ordinaryDay(story).change((one) =>
        Number(one.row.TimeGenerated) < story.ago(12) || one.row.Name === 'purgeRun' ? undefined : one,
      ),
  },
  deployment: {
    title: 'A deployment: new instances take over, the old ones end',
    healthy: true,
    record(story) {
      ordinaryDay(story).change((one) => {
        const isNew = Number(one.row.TimeGenerated) > story.ago(10);
        const instance = one.row.AppRoleInstance;
        return isNew && instance ? { ...one, row: { ...one.row, AppRoleInstance: `new ${instance}` } } : one;
      });
      for (const instance of ['new one', 'new two'])
        story.round('start', { from: 10, until: 9, instances: [instance] });
      for (const minutes of [10, 2000, 9000]) deployed(story, minutes);
    },
  },
  restart: {
    title: 'All instances restart at once, in the middle of the morning',
    healthy: true,
    record: (story) => void ordinaryDay(story).round('start', { from: 6, until: 4, instances: ['one', 'two'] }),
  },
  'consent-refused-reloads': {
    title: 'At night one customer, whose consent Lånekassen refuses, loads the page twelve times',
    record: (story) => void ordinaryDay(story, { loginsUntil: 70 }).round('consent-refused', { from: 4, until: 3 }),
  },
  'reply-invalid-reloads': {
    title: 'At night one customer, whose reply from Lånekassen is invalid, loads the page twelve times',
    healthy: true,
    record: (story) => void ordinaryDay(story, { loginsUntil: 70 }).round('reply-invalid', { from: 4, until: 3 }),
  },
  'tables-hiccup': {
    title: 'Seven in a hundred calls to the state table are lost; the next try makes them good',
    healthy: true,
    record: (story) => void ordinaryDay(story).round('tables-hiccup', { from: 9 }),
  },
  'tables-throttle-six': {
    title: 'The state table answers 429 six times; each retry makes it good',
    healthy: true,
    record(story) {
      ordinaryDay(story);
      const attempt = { upstream: 'tables', outcome: 'throttled', stop: 'none' };
      story.count('attemptEnded', 6, attempt, 5);
      const dimensions = {
        ...attempt,
        call: 'tables-read',
        breakerState: 'closed',
        upstreamCold: 'false',
        coldInstance: 'false',
      };
      const measurements = { attempt: 1, durationMs: 9, delayMs: 300, retryAfterMs: 300, budgetTokens: 8 };
      for (let time = 0; time < 6; time++) story.row({ name: 'upstreamAttempt', dimensions, measurements }, 5);
    },
  },
  'breaker-blip': {
    title: 'Night: half an hour ago Lånekassen failed for a moment; no customer has asked on that instance since',
    healthy: true,
    record(story) {
      ordinaryDay(story, { loginsUntil: 70 });
      // The breaker is half-open without calls, as the gauge of that instance shows it.
      story.round('lanekassen-down', { from: 32, until: 31 }, { keep: ({ name }) => name === 'breakerOpened' });
    },
  },
  'key-rotated': {
    title: 'Half an hour ago the signing key, which had 20 days left, was replaced',
    healthy: true,
    record(story) {
      ordinaryDay(story);
      story.change((one) => {
        const isOld = one.row.Name === 'keyDaysLeft' && Number(one.row.TimeGenerated) < story.ago(30);
        return isOld ? { ...one, row: { ...one.row, Sum: 20, Min: 20, Max: 20 } } : one;
      });
    },
  },
  'old-tokens-at-logout': {
    title: 'At night 25 of 85 logouts come with a token whose key is gone',
    healthy: true,
    record: (story) =>
      void ordinaryDay(story, { loginsUntil: 70 })
        .count('requestAnswered', 25, { operation: 'logout', status: '401', code: 'person-token-invalid' }, 8)
        .count('requestAnswered', 60, { operation: 'logout', status: '204', code: 'none' }, 8)
        .count('personTokenRefused', 25, { fault: 'key-unknown' }, 8),
  },
  'vault-notices': {
    title: 'Event Grid says that a key nears its end, and the vault writes the app’s id in capitals',
    healthy: true,
    record: (story) =>
      void ordinaryDay(story).add(
        vaultRow(story.ago(20), 'KeyNearExpiryEventGridNotification', 200, ''),
        vaultRow(story.ago(19), 'KeySign', 200, ids.app.toUpperCase()),
      ),
  },
  'vault-used-by-pipeline': {
    title: 'The pipeline, which signs by intention, runs its smoke test: doctor reads the key and signs',
    healthy: true,
    record: (story) =>
      void ordinaryDay(story).add(
        vaultRow(story.ago(20), 'KeyGet', 200, 'the-pipeline'),
        vaultRow(story.ago(20), 'KeySign', 200, 'The-Pipeline'),
      ),
  },
  sampled: {
    title: 'The host keeps one request in five (ItemCount 5)',
    healthy: true,
    record(story) {
      let request = 0;
      ordinaryDay(story).change((one) =>
        one.table !== 'AppRequests'
          ? one
          : request++ % 5 === 0
            ? { ...one, row: { ...one.row, ItemCount: 5 } }
            : undefined,
      );
    },
  },
  'rows-5-minutes-late': {
    title: 'Rows arrive five minutes late',
    healthy: true,
    record: (story) => void late(ordinaryDay(story), 5),
  },
  'rows-8-minutes-late': {
    title: 'Rows arrive eight minutes late',
    healthy: true,
    record: (story) => void late(ordinaryDay(story), 8),
  },
  midnight: {
    title: 'The first moment of a year: every clock turns over',
    healthy: true,
    at: '2027-01-01T00:00:00Z',
    record: (story) => void ordinaryDay(story),
  },
};

export { hostRow, late };
