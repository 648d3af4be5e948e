import { readFileSync } from 'node:fs';
import { type Resource, resourcesOf } from '../infra/bicep.ts';
import { one } from '../infra/rules/rule.ts';

/** The environments that are checked in. */
export const environments = ['dev', 'test', 'prod'] as const;

/** The result of evaluating infra/. test/infra/compile.test.ts compares the snapshots with it. */
export const deployed = (environment: string): Resource[] =>
  resourcesOf(readFileSync(`infra/environments/${environment}.snapshot.json`, 'utf8'));

/** An item of a workbook, with the members that this project uses. */
export type Item = {
  type: number;
  name: string;
  customWidth?: string;
  conditionalVisibility?: { parameterName: string; value: string };
  content: {
    items?: Item[];
    json?: string;
    query?: string;
    queryType?: number;
    title?: string;
    visualization?: string;
    timeContextFromParameter?: string;
    timeContext?: { durationMs: number };
    parameters?: { name: string; type: number; query?: string; isRequired?: boolean; value?: unknown }[];
    links?: { subTarget: string }[];
  };
};

/** The workbook as it is sent to Azure. */
export const workbookOf = (environment: string): { version: string; items: Item[] } =>
  JSON.parse(one(deployed(environment), 'Microsoft.Insights/workbooks').properties.serializedData);

/** Every item, including the items of groups. */
export const everyItem = (items: readonly Item[]): Item[] =>
  items.flatMap((item) => [item, ...everyItem(item.content.items ?? [])]);
