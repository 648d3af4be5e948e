import { events } from '../../../shared/telemetry/events.ts';
import { metrics } from '../../../shared/telemetry/metrics.ts';
import { ours } from './ours.ts';
import { parties } from './parties.ts';
import type { Scenario } from './scenario.ts';
import type { Story } from './story.ts';

const one = '310000035';
const other = '310000019';
/** A few customers each. */
const many = Array.from({ length: 40 }, (_, index) => String(320000000 + index));

const vocabulary: Readonly<Record<string, { doc: string; byBank?: true }>> = { ...metrics, ...events };

/** Gives the customers of the story so far to these banks in turn, if they have no bank yet. The feed is left out, because it is read by bank. */
function ofBanks(story: Story, banks: readonly string[]): Story {
  const turns = new Map<string, number>();
  return story.change((row) => {
    const name = String(row.row.Name);
    const properties = row.row.Properties as Record<string, string> | undefined;
    const isLeft = row.row.AppRoleInstance === 'timers' || !vocabulary[name]?.byBank;
    if (isLeft || properties?.bank !== undefined) return row;
    const kind = `${name} ${JSON.stringify(properties)}`;
    const turn = turns.get(kind) ?? 0;
    turns.set(kind, turn + 1);
    return { ...row, row: { ...row.row, Properties: { ...properties, bank: banks[turn % banks.length] } } };
  });
}

const base: Readonly<Record<string, Scenario>> = { ...parties, ...ours };

/** The events of another scenario, for these banks' customers. */
function happens(scenario: string, story: Story, banks: readonly string[]): Story {
  base[scenario]?.record(story);
  return ofBanks(story, banks);
}

/** The events of another scenario, for the customers of one bank of two. The other bank's customers have an ordinary day. */
const ofOne = (scenario: string): Scenario => ({
  title: `At one bank of two: ${base[scenario]?.title}`,
  record: (story) => void happens(scenario, story, [one]).round('logins', { from: 75, every: 3, bank: other }),
});

/** The same for so many banks that no bank reaches the limit alone. */
const ofMany = (scenario: string): Scenario => ({
  title: `Spread over forty small banks: ${base[scenario]?.title}`,
  record: (story) => void happens(scenario, story, many),
});

const split = ['queue-full', 'unknown-to-lanekassen', 'calls-per-login', 'consents-refused', 'tokens-refused'];

/** Scenarios of alerts that are computed for each bank, and for all banks together. */
export const banks: Readonly<Record<string, Scenario>> = Object.fromEntries([
  ...[...split, 'callbacks-refused'].map((name) => [`${name}-at-one-bank`, ofOne(name)]),
  ...split.map((name) => [`${name}-at-many-banks`, ofMany(name)]),
]);
