// Writes local.settings.example.json: every setting of the schema with a value that shows its form, and a word on each.
// A test holds the file against the schema, so a new setting without its word breaks the build.
import { writeFileSync } from 'node:fs';
import { settingSchemas } from '../../shared/settings-schema.ts';
import { settingWords } from './setting-words.ts';

/** The file's text. */
export function settingsExample(): string {
  const names = Object.keys(settingSchemas) as (keyof typeof settingSchemas)[];
  const example = {
    IsEncrypted: false,
    Host: { LocalHttpPort: 7071, CORS: 'http://127.0.0.1:3000' },
    Values: {
      FUNCTIONS_WORKER_RUNTIME: 'node',
      ...Object.fromEntries(names.map((name) => [name, settingWords[name].example])),
    },
    // Not read by anything: JSON has no comments.
    Words: Object.fromEntries(names.map((name) => [name, settingWords[name].words])),
  };
  return `${JSON.stringify(example, null, 2)}\n`;
}

if (import.meta.main) writeFileSync(new URL('../../local.settings.example.json', import.meta.url), settingsExample());
