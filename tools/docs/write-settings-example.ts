// Writes local.settings.example.json: every setting with an example value (or its default) and a description, from its declaration. A test
// compares the file with the declarations.
import { writeFileSync } from 'node:fs';
import type * as z from 'zod';
import { settingSchemas } from '../../shared/settings/schemas.ts';
import { metaOf } from '../../shared/settings/setting.ts';

/** The file's text. */
export function settingsExample(): string {
  const declared = Object.entries<z.ZodType>(settingSchemas).map(([name, schema]) => ({
    name,
    value: String(schema.safeParse(undefined).data ?? ''),
    ...metaOf(schema),
  }));
  const example = {
    IsEncrypted: false,
    Host: { LocalHttpPort: 7071, CORS: 'http://127.0.0.1:3000' },
    Values: {
      FUNCTIONS_WORKER_RUNTIME: 'node',
      ...Object.fromEntries(declared.map(({ name, value, example = value }) => [name, example])),
    },
    // Not read by anything: JSON has no comments.
    Words: Object.fromEntries(
      declared.map(({ name, words, source }) => [name, source === 'secret' ? `SECRET. ${words}` : words]),
    ),
  };
  return `${JSON.stringify(example, null, 2)}\n`;
}

if (import.meta.main) writeFileSync(new URL('../../local.settings.example.json', import.meta.url), settingsExample());
