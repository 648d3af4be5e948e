import { late } from './healthy.ts';
import type { Scenario } from './scenario.ts';
import { ordinaryDay, type Story } from './story.ts';
import { vaultRow } from './workspace-rows.ts';

/** An ordinary day until `from` minutes ago. After that this round every two minutes, on the two instances in turn. */
const since = (story: Story, round: string, from = 25): Story =>
  ordinaryDay(story, { loginsUntil: from }).round(round, { from, every: 2 });

/** Gauges of an instance while the breaker of an upstream is open, each minute. */
const breakerOpen = (story: Story, upstream: string, from: number, instances: readonly string[]): Story => {
  story.change((one) => {
    const { Name, AppRoleInstance, TimeGenerated, Properties } = one.row;
    const isIt =
      Name === 'breakerOpen' &&
      (Properties as { upstream: string }).upstream === upstream &&
      instances.includes(String(AppRoleInstance)) &&
      Number(TimeGenerated) > story.ago(from);
    return isIt ? { ...one, row: { ...one.row, Sum: 1, Max: 1 } } : one;
  });
  return story;
};
const both = ['one', 'two'];
const feedRuns = { keep: ({ name }: { name: string }) => name === 'feedRun' };

/** Probes and timers without the state table: the app is not ready, and the timers fail. */
const withoutTables = (story: Story, from: number): Story =>
  story.change((one) => {
    const { table, row } = one;
    const properties = row.Properties as { operation?: string; result?: string } | undefined;
    if (Number(row.TimeGenerated) <= story.ago(from)) return one;
    if (row.Name === 'requestAnswered' && properties?.operation === 'health-ready')
      return { table, row: { ...row, Properties: { ...properties, status: '503', code: 'none' } } };
    if (row.Name === 'health-ready') return { table, row: { ...row, ResultCode: '503', Success: false } };
    if (row.Name === 'purge-expired') return { table, row: { ...row, Success: false } };
    return properties?.result === 'complete'
      ? { table, row: { ...row, Properties: { ...properties, result: 'failed' } } }
      : one;
  });

/** Scenarios in which a party fails. */
export const parties: Readonly<Record<string, Scenario>> = {
  'lanekassen-down': {
    title: 'Lånekassen has answered 503 for 25 minutes',
    record: (story) => void breakerOpen(since(story, 'lanekassen-down'), 'lanekassen', 25, both),
  },
  'lanekassen-down-rows-late': {
    title: 'Lånekassen has answered 503 for 25 minutes, and rows arrive five minutes late',
    record: (story) => void late(breakerOpen(since(story, 'lanekassen-down'), 'lanekassen', 25, both), 5),
  },
  'lanekassen-not-reached': {
    title: 'Connections to Lånekassen have been reset for 25 minutes',
    record: (story) => void breakerOpen(since(story, 'lanekassen-not-reached'), 'lanekassen', 25, both),
  },
  'lanekassen-slow': {
    title: 'Lånekassen takes longer than customers wait',
    record: (story) => void since(story, 'lanekassen-slow'),
  },
  'lanekassen-late': {
    title: 'Lånekassen has answered after more than six seconds for over an hour',
    record: (story) => void since(story, 'lanekassen-late', 75),
  },
  'lanekassen-throttles': {
    title: 'Lånekassen answers 429 and asks for a minute’s pause',
    record: (story) => void breakerOpen(since(story, 'lanekassen-throttles'), 'lanekassen', 25, both),
  },
  'lanekassen-throttles-once': {
    title: 'Lånekassen answers 429 to many calls; the second try is answered',
    record: (story) => void since(story, 'lanekassen-throttles-once'),
  },
  'maskinporten-down': {
    title: 'Maskinporten has answered 503 for 25 minutes, on instances without tokens',
    record: (story) => void breakerOpen(since(story, 'maskinporten-down'), 'maskinporten', 25, both),
  },
  'maskinporten-throttles': {
    title: 'Maskinporten answers 429 on instances without tokens',
    record: (story) => void breakerOpen(since(story, 'maskinporten-throttles'), 'maskinporten', 25, both),
  },
  'altinn-down': {
    title: 'Altinn has answered 503 for 25 minutes; the event feed, read until then, covers for it at first',
    record: (story) => void breakerOpen(since(story, 'altinn-down'), 'altinn', 25, both),
  },
  'altinn-down-feed-stale': {
    title: 'Altinn has answered 503 for 25 minutes, and the event feed has not been read either',
    record: (story) => void breakerOpen(since(story, 'altinn-down-feed-stale'), 'altinn', 25, both),
  },
  'key-vault-refuses': {
    title: 'Key Vault refuses to sign: 403',
    record: (story) => void since(story, 'key-vault-refuses'),
  },
  'tables-down': {
    title: 'The state table has not answered for 25 minutes',
    record: (story) => void withoutTables(breakerOpen(since(story, 'tables-down'), 'tables', 25, both), 25),
  },
  'one-bad-instance': {
    title: 'One instance of ten does not reach Lånekassen',
    record(story) {
      const instances = Array.from({ length: 10 }, (_, index) => `i${index}`);
      ordinaryDay(story, { instances, loginsUntil: 75 });
      // Twelve rounds of the nine for one of the broken one, whose round has nearly twice the customers.
      story.round('logins', { from: 75, every: 2, instances: instances.slice(1) });
      story.round('lanekassen-not-reached', { from: 75, every: 25, instances: ['i0'] });
      breakerOpen(story, 'lanekassen', 75, ['i0']);
    },
  },
  'one-bank-fails': {
    title: 'Of three banks the customers of one do not reach Lånekassen, too few to show among all',
    record: (story) =>
      void ordinaryDay(story)
        .round('logins', { from: 75, bank: '310000019' })
        .round('consents', { from: 50, every: 10, bank: '310000019' }, { keep: ({ name }) => name !== 'alert' })
        .round('logins', { from: 75, every: 5, bank: '310000027' })
        .round('lanekassen-not-reached', { from: 30, until: 29, instances: ['one'], bank: '310000035' }),
  },
  'queue-full': {
    title: 'One place at Lånekassen, two in line, and three dozen customers at once',
    record: (story) =>
      // There are so many other calls that the error budget is not used up.
      void ordinaryDay(story)
        .round('logins', { from: 75, every: 3 })
        .round('queue-full', { from: 12, until: 11, instances: ['one'] }),
  },
  'consents-refused-for-all': {
    title: 'Lånekassen refuses the consent of every customer, ten in a minute, as behind a wrong firewall',
    record: (story) =>
      void ordinaryDay(story, { loginsUntil: 6 }).round('consents-refused-for-all', {
        from: 6,
        until: 5,
        instances: ['one'],
      }),
  },
  'unknown-to-lanekassen': {
    title: 'A wrong LANEKASSEN_BASE_URL: 404 to everyone',
    record: (story) => void since(story, 'unknown-to-lanekassen', 40),
  },
  'feed-fails': {
    title: 'The event feed cannot be read for 40 minutes; consents are read one by one',
    record: (story) =>
      void ordinaryDay(story)
        .silence(40, ({ row }) => row.AppRoleInstance === 'timers' && row.Name === 'feedRun')
        .round('feed-fails', { from: 40, instances: ['timers'] }, feedRuns),
  },
  'feed-of-one-bank-fails': {
    title:
      'Of three banks the feed of one cannot be read for 40 minutes; that of another is read no more, because the bank is off the list',
    record: (story) =>
      void ordinaryDay(story)
        .round('timers', { from: 75, every: 3, instances: ['timers'], bank: '310000019' }, feedRuns)
        .round('timers', { from: 75, until: 40, every: 3, instances: ['timers'], bank: '310000027' }, feedRuns)
        .round('timers', { from: 75, until: 40, every: 3, instances: ['timers'], bank: '310000035' }, feedRuns)
        .round('feed-fails', { from: 40, instances: ['timers'], bank: '310000035' }, feedRuns),
  },
  'vault-used-by-another': {
    title: 'Another caller signs with the key',
    record: (story) => void ordinaryDay(story).add(vaultRow(story.ago(20), 'KeySign', 200, 'a-stranger')),
  },
  'vault-used-by-pipeline-otherwise': {
    title: 'The pipeline, which signs by intention, reads a secret; and a caller without a name signs',
    record: (story) =>
      void ordinaryDay(story).add(
        vaultRow(story.ago(20), 'SecretGet', 200, 'the-pipeline'),
        vaultRow(story.ago(19), 'KeySign', 200, ''),
      ),
  },
  'signatures-near-ceiling': {
    title: '1300 signatures in one second',
    record(story) {
      ordinaryDay(story);
      for (let signature = 0; signature < 1300; signature++) story.add(vaultRow(story.ago(5), 'KeySign', 200));
    },
  },
};
