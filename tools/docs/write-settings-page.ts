// Writes docs/settings.md from the declarations of the settings. A test compares the page with them.
import { writeFileSync } from 'node:fs';
import type * as z from 'zod';
import { settingGroups } from '../../shared/settings/schemas.ts';
import { metaOf } from '../../shared/settings/setting.ts';

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
const code = (text: string) => `\`${text}\``;

/** What an absent variable means. */
function defaultOf(schema: z.ZodType): string {
  const result = schema.safeParse(undefined);
  if (!result.success) return '**must be set**';
  const { data } = result;
  if (data === undefined) return 'none';
  const text = Array.isArray(data) ? data.join(',') : String(data);
  return text === '' ? 'empty' : code(text);
}

/** The rule of a setting, as the fault of a wrong value words it. A line break is wrong in every setting. */
function ruleOf(schema: z.ZodType): string {
  const result = schema.safeParse('\n');
  return result.success ? '' : (result.error.issues[0]?.message ?? '').replace(/^is not /, 'must be ');
}

function row(name: string, schema: z.ZodType): string {
  const { words, source } = metaOf(schema);
  const secret = source === 'secret' ? ' (secret)' : '';
  return `| ${code(name)}${secret} | ${cell(words)} | ${cell(defaultOf(schema))} | ${cell(ruleOf(schema))} |`;
}

/** The page's text. */
export function settingsPage(): string {
  const sections = Object.entries(settingGroups).flatMap(([title, group]) => [
    `## ${title}`,
    '',
    '| Setting | Meaning | Default | Rule |',
    '|---|---|---|---|',
    ...Object.entries(group).map(([name, schema]) => row(name, schema)),
    '',
  ]);
  return `# Settings

Settings are environment variables; in Azure, they are app settings. At start the app lists all faults at once, by name and never by
value, and serves nothing until they are fixed. Secrets come as Key Vault references. An empty variable counts as absent, except where
the meaning of an empty one is given. [local.settings.example.json](../local.settings.example.json) shows the form of each.

A variable that begins like one of these, or was a setting in an earlier version, but is not a setting has no effect. The app logs it as
\`setting-unknown\` at start. Numbers that an operator has no reason to change are constants, each with its reason, in
[shared/resilience/upstream-numbers.ts](../shared/resilience/upstream-numbers.ts).

${sections.join('\n')}
_Written by \`npm run docs\` from the declarations in \`shared/settings/\`._
`;
}

if (import.meta.main) writeFileSync(new URL('../../docs/settings.md', import.meta.url), settingsPage());
