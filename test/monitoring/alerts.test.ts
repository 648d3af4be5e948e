import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { settingSchemas } from '../../shared/settings/schemas.ts';
import { alerts as programAlerts } from '../../shared/telemetry/alerts.ts';
import { analyse } from '../../tools/monitoring/kusto.ts';
import { workspaceTables } from '../../tools/monitoring/tables.ts';
import { armValue } from '../infra/arm-expression.ts';
import { evaluate, noBicep, type Resource } from '../infra/bicep.ts';
import { ofType } from '../infra/rules/rule.ts';
import { deployed, environments } from './deployed.ts';
import { truthTable } from './truth-table.ts';

type Alert = {
  id: string;
  query: string;
  title: string;
  severity: number;
  window: string;
  every: string;
  splitBy: string[];
  values: Record<string, string>;
  consequence: string;
  firstAction: string;
};
const alerts = JSON.parse(readFileSync('infra/monitoring/alerts.json', 'utf8')) as Alert[];
const runbook = readFileSync('docs/runbook.md', 'utf8');
const log = 'Microsoft.Insights/scheduledQueryRules';
const activity = 'Microsoft.Insights/activityLogAlerts';
const idOf = ({ name }: Resource) => name.replace(/^alert-[a-z0-9]{13}-/, '');
const minutes = (period: string) => {
  const [, days = 0, hours = 0, mins = 0] = /^P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?$/.exec(period) ?? [];
  return Number(days) * 1440 + Number(hours) * 60 + Number(mins);
};

/** Sections of the runbook about alerts, by their heading. */
const sections = new Map(
  (runbook.split('\n## Alerts\n')[1] ?? '')
    .split(/^## /m)[0]
    ?.split(/^### /m)
    .slice(1)
    .map((section) => [section.split('\n')[0] ?? '', section] as const),
);

// The parser is slow at its first query.
describe.each(environments)('the alerts of %s', { timeout: 120_000 }, (environment) => {
  const resources = deployed(environment);
  // The export's alert is not a query over the app's own events: infra/modules/export-alert.bicep, test/infra/export-alert.test.ts.
  const rules = ofType(resources, log).filter(({ name }) => !name.endsWith('-export-missed'));

  test('are those of alerts.json, enabled in test and prod, and query this workspace', () => {
    expect(rules.map(idOf).sort()).toEqual(alerts.map(({ id }) => id).sort());
    for (const { properties } of [...rules, ...ofType(resources, activity)])
      expect(properties.enabled).toBe(environment !== 'dev');
    for (const { properties } of rules)
      expect(properties.scopes).toEqual([expect.stringMatching(/\/Microsoft\.OperationalInsights\/workspaces\/log-/)]);
  });

  test.each(rules.map((rule) => [idOf(rule), rule] as const))('%s', (id, { properties }) => {
    const alert = alerts.find((one) => one.id === id);
    const [criterion, ...more] = properties.criteria.allOf;
    expect(more).toEqual([]);
    expect(criterion).toMatchObject({ timeAggregation: 'Count', operator: 'GreaterThan', threshold: 0 });
    // Each row is a fault, and has the columns by which the alert is split.
    const query = armValue(criterion.query, { reference: () => ({ principalId: 'app' }) });
    const { faults, columns } = analyse(query, workspaceTables);
    expect(faults).toEqual([]);
    const split = criterion.dimensions.map(({ name }: { name: string }) => name);
    expect(split).toEqual(alert?.splitBy);
    for (const name of split) expect(columns.map((column) => column.name)).toContain(name);
    expect(properties.actions.customProperties).toEqual({
      runbook: `docs/runbook.md#${id}`,
      consequence: alert?.consequence,
      firstAction: alert?.firstAction,
    });
    for (const part of [alert?.consequence, alert?.firstAction, `#${id}`])
      expect(properties.description).toContain(part);
  });

  test('include changes of rights and of the vault', () => {
    const operations = ofType(resources, activity).flatMap(({ properties }) =>
      properties.condition.allOf[2].anyOf.map(({ equals }: { equals: string }) => equals),
    );
    for (const one of [
      'Authorization/roleAssignments/write',
      'KeyVault/vaults/write',
      'Insights/diagnosticSettings/delete',
    ])
      expect(operations).toContain(`Microsoft.${one}`);
  });
});

/** Alerts about all banks together, although a view that they read has a column for the bank. */
const ofAllBanks = [
  // One promise to all customers. The row counts the banks; `bank-fails` is for a bank whose customers fail alone.
  'availability-fast',
  'availability-slow',
  'latency-fast',
  'latency-slow',
  // About no bank: probes, missing telemetry, and answers of the host without the app.
  'host-errors',
  'not-ready',
  'silent',
];

test('each alert is split by bank if its query reads a view with the bank', () => {
  const views = JSON.parse(readFileSync('infra/monitoring/views.json', 'utf8')) as Record<string, string>;
  const withBank = Object.keys(views).filter((name) => views[name]?.includes("Properties['bank']"));
  const reads = ({ query }: Alert) => {
    const text = readFileSync(`infra/monitoring/queries/${query}.kql`, 'utf8').replace(/^\/\/.*$/gm, '');
    return [...withBank, 'judgedLookups'].some((name) => new RegExp(`\\b${name}\\b`).test(text));
  };
  const split = alerts.filter(({ splitBy }) => splitBy.includes('bank')).map(({ id }) => id);
  expect(split.toSorted()).toEqual(
    alerts
      .filter(reads)
      .map(({ id }) => id)
      .filter((id) => !ofAllBanks.includes(id))
      .toSorted(),
  );
});

test('each alert has a severity, a consequence, a first action, and periods that Azure accepts', () => {
  const frequencies = [1, 5, 10, 15, 30, 45, 60, 120, 180, 240, 300, 360, 1440];
  for (const { id, severity, window, every, consequence, firstAction } of alerts) {
    expect([1, 2, 3], id).toContain(severity);
    expect(consequence.length, id).toBeGreaterThan(15);
    expect(firstAction.length, id).toBeGreaterThan(10);
    expect(frequencies, id).toContain(minutes(every));
    expect(frequencies, id).toContain(minutes(window));
    expect(minutes(window), `${id}: what happens between two looks must be seen`).toBeGreaterThanOrEqual(
      minutes(every),
    );
    // An alert within minutes must be worth waking a person for.
    if (severity === 1) expect(minutes(every) <= 15 || id === 'key-expires-now', id).toBe(true);
  }
});

test('each alert kind of the program has a rule of its own, except the one that cannot arrive', () => {
  const kinds = alerts.filter(({ query }) => query === 'alert-program').map(({ values }) => values.alertKind);
  expect(kinds.sort()).toEqual(
    Object.keys(programAlerts)
      // Telemetry is sent with the refused identity, so the alert `silent` covers this case.
      .filter((kind) => kind !== 'identity-refused')
      .map((kind) => `'${kind}'`)
      .sort(),
  );
});

test('the burn rates are those of two windows each, for 28 days', () => {
  // 2 % of the 28 days' budget in one hour, 5 % in six hours.
  expect([0.02 * 28 * 24, (0.05 * 28 * 24) / 6].map((rate) => rate.toFixed(2))).toEqual(['13.44', '5.60']);
  const burn = (id: string) => alerts.find((alert) => alert.id === id);
  for (const objective of ['availability', 'latency']) {
    expect(burn(`${objective}-fast`)).toMatchObject({
      window: 'PT1H',
      values: { shortWindow: '10m', burnLimit: '13.44' },
    });
    expect(burn(`${objective}-slow`)).toMatchObject({
      window: 'PT6H',
      values: { shortWindow: '30m', burnLimit: '5.6' },
    });
  }
});

test('every alert has a section in the runbook, and every section has an alert', () => {
  const ids = [...alerts.map(({ id }) => id), ...ofType(deployed('prod'), activity).map(idOf)];
  expect([...sections.keys()].sort()).toEqual(ids.sort());
  for (const { id, severity, consequence, firstAction, title } of alerts) {
    const section = (sections.get(id) ?? '').replaceAll('\n', ' ');
    expect(section, id).toContain(`**Severity ${severity}. ${title}.** ${consequence}`);
    expect(section, id).toContain(`*First:* ${firstAction}`);
    const named = [...(/\*Scenario:\* (.+?)\./.exec(section)?.[1]?.matchAll(/`([a-z0-9-]+)`/g) ?? [])].map(
      ([, name]) => name,
    );
    expect(named.length, `${id}: the scenario that fires it`).toBeGreaterThan(0);
    for (const name of named) expect(Object.keys(truthTable[name ?? ''] ?? {}), name).toContain(id);
  }
});

test('every setting named in a section exists', () => {
  const parameters = readFileSync('infra/main.bicepparam', 'utf8');
  const known = new Set([
    ...Object.keys(settingSchemas),
    ...[...parameters.matchAll(/readEnvironmentVariable\('([A-Z_]+)'/g)].map(([, name]) => name),
  ]);
  for (const [id, section] of sections)
    for (const [name] of section.matchAll(/\b[A-Z]{2,}(?:_[A-Z]+)+\b/g))
      expect(known, `${id}: ${name}`).toContain(name);
});

test('the event about a secret near its end names the runbook', () => {
  const { properties } = ofType(deployed('prod'), 'Microsoft.EventGrid/systemTopics/eventSubscriptions')[0] as Resource;
  expect(properties.destination.properties.description).toMatch(/docs\/runbook\.md$/);
});

test('the runbook has the objectives that the alerts use', () => {
  const promised = JSON.parse(readFileSync('infra/monitoring/objectives.json', 'utf8')) as Record<string, string>;
  const table = /^## What is promised$([\s\S]*?)^## /m.exec(runbook)?.[1] ?? '';
  for (const name of ['availabilityOurs', 'availabilityUpstreams', 'latencyOurs', 'latencyUpstreams'])
    expect(table, name).toContain(`${Number((100 * Number(promised[name])).toFixed(3))} %`);
  for (const name of ['fastMs', 'fastOursMs']) expect(table, name).toContain(`${promised[name]} ms`);
});

test.skipIf(noBicep !== undefined)(
  "the action groups and the runbook's address are parameters",
  async () => {
    const group = '/subscriptions/x/resourceGroups/y/providers/Microsoft.Insights/actionGroups/on-call';
    const resources = await evaluate('environments/prod', {
      ACTION_GROUP_IDS: group,
      RUNBOOK_URL: 'https://wiki.bank.example/saldo',
    });
    for (const { properties, name } of ofType(resources, log)) {
      expect(properties.actions.actionGroups, name).toEqual([group]);
      expect(properties.actions.customProperties.runbook).toMatch(/^https:\/\/wiki\.bank\.example\/saldo#[a-z0-9-]+$/);
    }
    for (const { properties } of ofType(resources, activity))
      expect(properties.actions.actionGroups).toMatchObject([{ actionGroupId: group }]);
  },
  120_000,
);
