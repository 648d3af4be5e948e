import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { tablesOf } from '../../tools/monitoring/check-query.ts';
import { analyse } from '../../tools/monitoring/kusto.ts';
import { evaluate, noBicep } from '../infra/bicep.ts';
import { ofType } from '../infra/rules/rule.ts';
import { deployed, environments, everyItem, workbookOf } from './deployed.ts';

const sections = JSON.parse(readFileSync('infra/monitoring/panels.json', 'utf8')) as {
  id: string;
  question: string;
  panels: { name: string; normal: string; visual: string }[];
}[];

describe.each(environments)('the workbook of %s', (environment) => {
  const workbook = workbookOf(environment);
  const items = everyItem(workbook.items);

  test('has known kinds of items only, each with a name of its own', () => {
    expect(workbook.version).toBe('Notebook/1.0');
    for (const { type } of items) expect([1, 3, 9, 11, 12]).toContain(type);
    const names = items.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).not.toContain('');
  });

  test('opens with the tiles of the present state; all other sections are tabs', () => {
    const [parameters, now, tabs, ...rest] = workbook.items;
    expect([parameters?.type, now?.name, tabs?.type]).toEqual([9, 'section-now', 11]);
    expect(now?.conditionalVisibility).toBeUndefined();
    expect(now?.content.items?.[1]?.content.items?.[0]).toMatchObject({
      name: 'now',
      content: { visualization: 'tiles' },
    });
    const reached = tabs?.content.links?.map(({ subTarget }) => subTarget);
    expect(rest.map(({ conditionalVisibility }) => conditionalVisibility?.value)).toEqual(reached);
  });

  test('refers to no parameter that it does not define', () => {
    const defined = items.flatMap(({ content }) => content.parameters?.map(({ name }) => name) ?? []);
    const referred = items.flatMap(({ content, conditionalVisibility }) =>
      [content.timeContextFromParameter, conditionalVisibility?.parameterName].filter((name) => name !== undefined),
    );
    expect(new Set(referred)).toEqual(new Set(['TimeRange', 'tab']));
    for (const name of referred) expect(defined).toContain(name);
    // A placeholder in a query is a parameter too. The bank is the only one, and is used only if a bank is chosen.
    for (const { content } of items) {
      for (const [, name] of (content.query ?? '').matchAll(/\{([A-Z]\w*)\}/g)) expect(defined).toContain(name);
      expect((content.query ?? '').replace("let onlyBank = '{Bank}';", '')).not.toMatch(/\{[A-Z]\w*\}/);
    }
  });

  test('can show one bank: the list has the banks with telemetry, and every figure with a bank is filtered', () => {
    const [list] = items.flatMap(({ content }) => content.parameters ?? []).filter(({ name }) => name === 'Bank');
    expect(list).toMatchObject({ type: 2, isRequired: true, value: 'all' });
    const { faults, columns } = analyse(list?.query ?? '', tablesOf(''));
    expect([faults, columns.map(({ name }) => name).sort()]).toEqual([[], ['label', 'selected', 'value']]);
    const asked = items.filter(({ type }) => type === 3).map(({ content }) => content.query ?? '');
    const ofBanks = asked.filter((query) => query.includes('bank == onlyBank'));
    expect(ofBanks.length).toBeGreaterThan(15);
    for (const query of ofBanks) expect(query).toContain("let onlyBank = '{Bank}';");
  });

  test('has every panel of panels.json, with its normal value, a time range and a valid query', () => {
    const panels = sections.flatMap((section) => section.panels);
    const asked = items.filter(({ type }) => type === 3);
    expect(asked.map(({ name }) => name).sort()).toEqual(panels.map(({ name }) => name).sort());
    for (const { name, content } of asked) {
      const { normal, visual } = panels.find((panel) => panel.name === name) ?? { normal: '', visual: '' };
      expect(normal.length, name).toBeGreaterThan(4);
      expect(items.find((item) => item.name === `normal-${name}`)?.content.json, name).toBe(`*Normal:* ${normal}`);
      expect(content.visualization, name).toBe(visual);
      expect(content.timeContextFromParameter ?? content.timeContext?.durationMs, name).toBeTruthy();
      expect(content.queryType, name).toBe(name === 'open-alerts' ? 1 : 0);
      expect(analyse(content.query ?? '', tablesOf(name)).faults, name).toEqual([]);
    }
  }, 120_000);

  test('has a question for every section', () => {
    for (const { id, question } of sections) {
      expect(question).toMatch(/\?$/);
      expect(items.find(({ name }) => name === `question-${id}`)?.content.json).toContain(question);
    }
  });
});

test.skipIf(noBicep !== undefined)(
  'the wall dashboard is created only on request, from the first section',
  async () => {
    const type = 'Microsoft.Portal/dashboards';
    expect(ofType(deployed('test'), type)).toEqual([]);
    const [wall] = ofType(await evaluate('environments/test', { WALL_DASHBOARD: 'true' }), type);
    const parts = wall?.properties.lenses[0].parts as { metadata: { inputs: { name: string; value: string }[] } }[];
    const input = (part: (typeof parts)[number], name: string) =>
      part.metadata.inputs.find((one) => one.name === name)?.value ?? '';
    expect(parts.map((part) => input(part, 'PartTitle'))).toContain('The last 15 minutes');
    for (const part of parts) {
      expect(analyse(input(part, 'Query'), tablesOf('')).faults).toEqual([]);
      expect(input(part, 'Query')).not.toContain('{Bank}');
      expect(input(part, 'PartSubTitle')).toMatch(/^Normal: ./);
    }
  },
  120_000,
);
