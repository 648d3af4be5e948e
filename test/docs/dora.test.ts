// What a bank's ICT risk management needs from the operators' documents.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { textOf } from './documents.ts';

const dora = textOf('docs/dora.md');
const tableAfter = (words: string) => /^\|[\s\S]*?\n(?=\n|$)/m.exec(dora.slice(dora.indexOf(words)))?.[0] ?? '';

test('the runbook links to severity and criteria, third parties, exit, recovery and tests', () => {
  const runbook = textOf('docs/runbook.md');
  for (const link of ['(dora.md#incidents-and-tests)', '(dora.md)', '(restoring.md)']) expect(runbook).toContain(link);
  for (const word of ['severity', 'third parties', 'exit', 'tested how often', 'RPO 24 hours', 'RTO four hours'])
    expect(runbook, word).toContain(word);
});

test('each severity that an alert can have is compared with the criteria', () => {
  const rules = JSON.parse(readFileSync('infra/monitoring/alerts.json', 'utf8')) as { severity: number }[];
  const table = tableAfter('## Incidents and tests');
  for (const severity of new Set(rules.map((rule) => rule.severity)))
    expect(table).toMatch(new RegExp(`^\\| ${severity}\\b`, 'm'));
});

test('every party that the program calls is listed, and so is what is tested how often', () => {
  const register = tableAfter('## Register of ICT third parties');
  for (const party of ['Azure', 'Maskinporten', 'Altinn', 'Lånekassen', 'Bits']) expect(register).toContain(party);
  const tests = tableAfter('What the platform team tries');
  for (const tested of ['restore', 'rotation of the key', 'loss of a region', 'alerts reach a person'])
    expect(tests).toContain(tested);
});

test('all documents have the same recovery objectives', () => {
  const restoring = textOf('docs/restoring.md');
  expect(restoring).toContain('**RPO: 24 hours.**');
  expect(restoring).toContain('**RTO: four hours**');
  expect(dora).toMatch(/\(RPO\) 24 hours, .*\(RTO\) four hours/);
});
