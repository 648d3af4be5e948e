import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Resource, resourcesOf } from './bicep.ts';
import { appRules } from './rules/app.ts';
import { governanceRules } from './rules/governance.ts';
import { networkRules } from './rules/network.ts';
import type { EnvironmentName } from './rules/rule.ts';
import { storageRules } from './rules/storage.ts';
import { vaultRules } from './rules/vault.ts';

// These rules read the checked-in snapshots, so they run without the compiler too. compile.test.ts compares the snapshots with infra/.
const rules = [...vaultRules, ...storageRules, ...appRules, ...networkRules, ...governanceRules];
const environments: readonly EnvironmentName[] = ['dev', 'test', 'prod'];
const snapshot = (name: EnvironmentName): Resource[] =>
  resourcesOf(readFileSync(`infra/environments/${name}.snapshot.json`, 'utf8'));

describe.each(environments)('%s', (name) => {
  const resources = snapshot(name);
  const here = rules.filter((rule) => rule.environments?.includes(name) ?? true);
  test.each(here.map((rule) => [rule.says, rule] as const))('%s', (_, rule) => {
    expect(rule.faults(resources), rule.answers.join(', ')).toEqual([]);
    expect(Object.keys(rule.spoils)).not.toEqual([]);
    for (const [what, spoil] of Object.entries(rule.spoils)) {
      const spoilt = structuredClone(resources);
      spoil(spoilt);
      expect(rule.faults(spoilt), `${rule.says}: "${what}" must be caught`).not.toEqual([]);
    }
  });
});

test('docs/infrastructure-rules.md has the exceptions from public rules, each with its reason', () => {
  const text = readFileSync('docs/infrastructure-rules.md', 'utf8');
  for (const rule of rules.flatMap(({ answers }) => answers)) expect(text, rule).toContain(rule.split(' (')[0]);
  for (const exception of ['Azure.KeyVault.AutoRotationPolicy', 'CKV_AZURE_78']) {
    const row = text
      .split('\n')
      .find((line) => line.startsWith('|') && line.includes(exception) && line.includes('exception'));
    expect(row?.length ?? 0, exception).toBeGreaterThan(80);
  }
});
