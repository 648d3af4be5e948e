// Writes infra/environments/settings.bicep: what Bicep knows of the settings (types, bounds, defaults), from their declarations.
// A test compares the file with them.
import { writeFileSync } from 'node:fs';
import type * as z from 'zod';
import { settingSchemas } from '../../shared/settings/schemas.ts';
import { metaOf, type SettingSource } from '../../shared/settings/setting.ts';
import { secretSettings } from '../infra/secret-settings.ts';

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('${', '\\${')}'`;

const from = (source: SettingSource) =>
  Object.entries<z.ZodType>(settingSchemas).filter(([, schema]) => metaOf(schema).source === source);

/** One property of a type: its words, its bounds, and what it may be. */
function property(name: string, schema: z.ZodType, isTyped: boolean): string[] {
  const { words, bounds, choices } = metaOf(schema);
  const lines = [`  @description(${quoted(words)})`];
  if (!isTyped) return [...lines, `  ${name}: string`];
  if (bounds) return [...lines, `  @minValue(${bounds.min})`, `  @maxValue(${bounds.max})`, `  ${name}: int`];
  return [...lines, `  ${name}: ${choices ? choices.map(quoted).join(' | ') : 'string'}`];
}

function type(name: string, words: string, source: SettingSource, isTyped = false): string[] {
  const properties = from(source).flatMap(([setting, schema]) => property(setting, schema, isTyped));
  return ['', '@export()', '@sealed()', `@description(${quoted(words)})`, `type ${name} = {`, ...properties, '}'];
}

function standardValue(schema: z.ZodType): string {
  const data: unknown = schema.safeParse(undefined).data ?? '';
  return typeof data === 'number' ? String(data) : quoted(String(data));
}

/** The file's text. */
export function bicepSettings(): string {
  const standard = from('service').map(([name, schema]) => `  ${name}: ${standardValue(schema)}`);
  return [
    '// What Bicep knows of the app settings. Written by `npm run docs` from the declarations in shared/settings/; a test compares.',
    ...type(
      'bankSettings',
      'What the bank decides or is given; each is the app setting of the same name. Empty: the setting is off or has its default.',
      'bank',
    ),
    '',
    '@export()',
    "@description('What the bank decides or is given, from the azd environment variables of the same names.')",
    'func bankOf(v { *: string }) bankSettings => {',
    ...from('bank').map(([name]) => `  ${name}: v.${name}`),
    '}',
    ...type('partyAddresses', 'The outside parties; each is the app setting of the same name.', 'party'),
    ...type(
      'secretNames',
      'Which vault secret each secret setting refers to. Another name, not another version, takes a new secret into use; empty: the setting is off.',
      'secret',
    ),
    '',
    '@export()',
    "@description('The secrets that settings refer to, from the azd environment variables that name them. The values are trimmed.')",
    'func secretNamesOf(v { *: string }) secretNames => {',
    ...secretSettings.map(({ name, variable, standard }) =>
      standard === ''
        ? `  ${name}: v.${variable}`
        : `  ${name}: empty(v.${variable}) ? ${quoted(standard)} : v.${variable}`,
    ),
    '}',
    // The texts true and false, and not a bool: string(true) would be "True", which the app refuses.
    ...type('serviceSettings', 'How the service behaves; each is the app setting of the same name.', 'service', true),
    '',
    '@export()',
    "@description('The defaults of the app, for environments that have no reason to differ.')",
    'var standardSettings serviceSettings = {',
    ...standard,
    '}',
    '',
  ].join('\n');
}

if (import.meta.main)
  writeFileSync(new URL('../../infra/environments/settings.bicep', import.meta.url), bicepSettings());
