// What the documents say about provisioning and deploying. azd skips a provision if no value has changed, so every text that advises one
// says `--no-state`.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sources } from './sources.ts';

const advised = /azd provision(?! --(?:no-state|preview)\b)/g;
const loose = /\bprovision(?: it)? again\b/gi;

test('every advised `azd provision` runs even if nothing has changed', () => {
  const faults = sources('.md', '.ts', '.bicep', '.yml', '.env', 'alerts.json')
    .filter((path) => !path.startsWith('test/') && path !== 'CHANGELOG.md')
    .flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .flatMap((line, index) =>
          [...line.matchAll(advised), ...line.matchAll(loose)].map(([found]) => `${path}:${index + 1} ${found}`),
        ),
    );
  expect(faults).toEqual([]);
});

test('no text says that a deployment is rolling while no environment has that turned on', () => {
  const isOn = /rollingUpdate: true/.test(readFileSync('infra/environments/profiles.bicep', 'utf8'));
  const said = sources('.md')
    .filter((path) => !path.startsWith('docs/contracts/') && path !== 'CHANGELOG.md')
    .filter((path) => /rolling deployment/i.test(readFileSync(path, 'utf8')));
  expect(isOn ? [] : said).toEqual([]);
});
