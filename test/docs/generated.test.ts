// Every document that `npm run docs` writes is up to date.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settingSchemas } from '../../shared/settings/schemas.ts';
import { importsBetweenPlaces, registeredFunctions, withDrawnParts } from '../../tools/docs/write-architecture.ts';
import { settingsPage } from '../../tools/docs/write-settings-page.ts';
import { textOf } from './documents.ts';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

test('docs/settings.md has every setting, with its default and bounds', () => {
  expect(textOf('docs/settings.md')).toBe(settingsPage());
  for (const name of Object.keys(settingSchemas)) expect(settingsPage()).toContain(`| \`${name}\``);
  expect(settingsPage()).toContain(
    '| `SESSION_ENDED_HOURS` | How long a logged-out session is remembered; at least the longest login session. | `24` | must be a whole number from 1 to 168 |',
  );
  expect(settingsPage()).toMatch(/^\| `PERSON_KEY_SECRET` \(secret\) \|.* \| \*\*must be set\*\* \|/m);
  expect(settingsPage()).not.toMatch(/^\| `[A-Z_]+` \|.*\bSECRET\b\./m);
});

test('docs/architecture.md is drawn from the present code', () => {
  expect(textOf('docs/architecture.md')).toBe(withDrawnParts(textOf('docs/architecture.md')));
});

test('the drawing shows imports and functions', () => {
  expect(importsBetweenPlaces().get('functions')).toContain('shared/app.ts');
  expect(importsBetweenPlaces().get('shared/compose')?.size).toBeGreaterThan(7);
  expect(registeredFunctions()).toContainEqual({
    name: 'get-saldo',
    file: 'functions/get-saldo.ts',
    trigger: 'GET /api/saldo',
    access: 'person',
  });
  // The bundle's own entry shows that none is left out.
  const imported = readFileSync('functions/index.ts', 'utf8').match(/^import '\.\/[a-z-]+\.ts';$/gm) ?? [];
  const files = new Set(registeredFunctions().map(({ file }) => file));
  expect(imported.filter((line) => !/life-cycle/.test(line))).toHaveLength(files.size);
});

test('npm run docs runs every writer of documents', () => {
  expect(scripts.docs).toContain('tools/docs/write-*.ts');
});
