// The workbook's list of open alerts: those of this app, wherever its workspace is, and no others.
import { expect, test } from 'vitest';
import { events } from '../../shared/telemetry/events.ts';
import { metrics } from '../../shared/telemetry/metrics.ts';
import { tablesOf, wholeQuery } from '../../tools/monitoring/check-query.ts';
import { openDatabase } from '../../tools/monitoring/engine/database.ts';
import { translate } from '../../tools/monitoring/engine/translate.ts';
import { resourceGraphTables } from '../../tools/monitoring/tables.ts';

const row = (name: string, ruleGroup: string, targetResourceGroup: string, monitorCondition = 'Fired') => ({
  name,
  type: 'microsoft.alertsmanagement/alerts',
  properties: {
    essentials: {
      monitorCondition,
      targetResourceGroup,
      alertRule:
        ruleGroup === ''
          ? ''
          : `/subscriptions/x/resourceGroups/${ruleGroup}/providers/microsoft.insights/scheduledqueryrules/${name}`,
      severity: 'Sev2',
      startDateTime: '2026-11-23T09:00:00Z',
      alertState: 'New',
    },
  },
});

test("a rule of this app over the bank's workspace is listed; another team's rule on the same workspace is not", async () => {
  const database = await openDatabase(resourceGraphTables);
  try {
    await database.insert('alertsmanagementresources', [
      row('ours over the bank’s logs', 'RG-Bank', 'rg-logs'),
      row('theirs over the same logs', 'rg-theirs', 'rg-logs'),
      row('theirs, of a longer name', 'rg-bank-2', 'rg-logs'),
      row('an event of our vault', '', 'rg-bank'),
      row('ours, resolved', 'rg-bank', 'rg-logs', 'Resolved'),
    ]);
    const query = wholeQuery('open-alerts', { metrics, events }, { resourceGroupName: "'rg-bank'" });
    const now = Date.parse('2026-11-23T09:07:31Z');
    const rows = await database.run(translate(query, tablesOf('open-alerts')), { now, from: now - 3_600_000 });
    expect(rows.map(({ alert }) => alert).sort()).toEqual(['an event of our vault', 'ours over the bank’s logs']);
  } finally {
    database.close();
  }
});
