import { armValue } from './arm-expression.ts';
import type { Resource } from './bicep.ts';
import { one } from './rules/rule.ts';

/** Names of the secrets that the app's settings refer to, sorted. */
export const referredIn = (resources: readonly Resource[]): string[] =>
  Object.values(one(resources, 'Microsoft.Web/sites/config').properties as Record<string, string>)
    .filter((value) => value.includes('@Microsoft.KeyVault('))
    .map((value) => /\/secrets\/([^)]+)\)$/.exec(armValue(value, { reference: () => ({}) }))?.[1] ?? '')
    .filter((name) => name !== '')
    .sort();
