// The alert on a missing export, and Azure's own alerts above the resource group.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { analyse } from '../../tools/monitoring/kusto.ts';
import { workspaceTables } from '../../tools/monitoring/tables.ts';
import { armValue } from './arm-expression.ts';
import { type Resource, resourcesOf } from './bicep.ts';
import { ofType } from './rules/rule.ts';

const resources = resourcesOf(readFileSync('infra/environments/prod.snapshot.json', 'utf8'));
const runbook = readFileSync('docs/runbook.md', 'utf8');
const named = (type: string, suffix: string): Resource['properties'] =>
  ofType(resources, type).find(({ name }) => name.endsWith(suffix))?.properties;

test('a day without a complete export is alerted, by one query over successful runs of the timer', () => {
  const rule = named('Microsoft.Insights/scheduledQueryRules', '-export-missed');
  const query = armValue(rule.criteria.allOf[0].query, { reference: () => ({}) });
  expect(analyse(query, workspaceTables).faults).toEqual([]);
  expect(query).toContain('Name == "export-consents"');
  expect(rule).toMatchObject({ enabled: true, severity: 2, evaluationFrequency: 'PT1H', windowSize: 'P2D' });
  expect(readFileSync('functions/export-consents.ts', 'utf8')).toContain("timerFunction('export-consents'");
}, 120_000);

test.each(['not-reached', 'export-missed', 'subscription-rights-changed', 'service-health'])(
  '%s has a section in the runbook',
  (id) => expect(runbook).toContain(`\n### ${id}\n`),
);

test("changes of rights on the whole subscription and Azure's own incidents alert a person", () => {
  const type = 'Microsoft.Insights/activityLogAlerts';
  for (const suffix of ['-subscription-rights-changed', '-service-health']) {
    const alert = named(type, suffix);
    expect(alert.scopes, suffix).toEqual(['/subscriptions/00000000-0000-0000-0000-000000000001']);
    expect(alert.actions.actionGroups, suffix).toHaveLength(1);
  }
  const health = JSON.stringify(named(type, '-service-health').condition);
  for (const part of ['ServiceHealth', 'Incident', 'Security', 'ActionRequired']) expect(health).toContain(part);
});
