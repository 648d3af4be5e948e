// Writes docs/settings.md from the schema that checks the settings and the words on each. A test holds the page against them.
import { writeFileSync } from 'node:fs';
import { Secret } from '../../shared/person/secret.ts';
import { settingSchemas } from '../../shared/settings-schema.ts';
import { settingWords } from './setting-words.ts';

type Name = keyof typeof settingSchemas;

/** Which settings stand together; each is in the first group whose pattern meets its name. */
const groups: readonly [RegExp, string][] = [
  [
    /(_TIMEOUT_MS|_DEADLINE_MS|_MAX_ATTEMPTS|_CONCURRENCY)$|^(RETRY|BREAKER|LIMITER|QUEUE)_/,
    'Time limits, attempts and other policy numbers',
  ],
  [/^(PUBLIC_BASE_URL|ALLOWED_RETURN_URLS|DEFAULT_RETURN_URL)$/, 'Addresses'],
  [/^(PERSON_TOKEN|LOGOUT_TOKEN)_/, "The bank's identity provider"],
  [/^BANK_/, 'The bank'],
  [/^(MASKINPORTEN|ALTINN_MASKINPORTEN)_/, 'Maskinporten and the key'],
  [/^ALTINN_/, 'Altinn'],
  [/^LANEKASSEN_/, 'Lånekassen'],
  [/^(CONSENT_|ACCEPT_MIGRATED)/, 'Consents'],
  [/^(SESSION_|SALDO_)(?!KEY)/, 'Login sessions and the held saldo'],
  [/^(STATE_TABLE|PERSON_KEY|SESSION_KEY)/, 'State and its secrets'],
  [/./, 'Platform, telemetry and schedules'],
];

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
const code = (text: string) => `\`${text}\``;

/** What an absent variable means. */
function defaultOf(name: Name): string {
  const result = settingSchemas[name].safeParse(undefined);
  if (!result.success) return '**must be set**';
  const { data } = result;
  if (data === undefined) return 'none';
  const text = Array.isArray(data) ? data.join(',') : String(data);
  return text === '' ? 'empty' : code(text);
}

/** The bounds, in the words that a faulty value gets. A line break is in no value that is good. */
function boundsOf(name: Name): string {
  const result = settingSchemas[name].safeParse('\n');
  return result.success ? '' : (result.error.issues[0]?.message ?? '').replace(/^is not /, 'must be ');
}

function isSecret(name: Name): boolean {
  const result = settingSchemas[name].safeParse(settingWords[name].example || Buffer.alloc(32, 1).toString('base64'));
  return result.success && (result.data as unknown) instanceof Secret;
}

/** The page's text. */
export function settingsPage(): string {
  const names = Object.keys(settingSchemas) as Name[];
  const groupOf = (name: Name) => groups.find(([pattern]) => pattern.test(name))?.[1] ?? '';
  const section = (title: string) => {
    const rows = names
      .filter((name) => groupOf(name) === title)
      .map((name) => {
        const words = settingWords[name].words.replace(/ Empty: the default \([^)]*\)\.$|^SECRET\. /g, '');
        return `| ${code(name)}${isSecret(name) ? ' (secret)' : ''} | ${cell(words)} | ${cell(defaultOf(name))} | ${cell(boundsOf(name))} |`;
      });
    return rows.length === 0
      ? []
      : [`## ${title}`, '', '| Setting | Meaning | Default | Rule |', '|---|---|---|---|', ...rows, ''];
  };
  const order = [...groups.slice(1), groups[0]].map((group) => group?.[1] ?? '');
  return `# Settings

Environment variables; in Azure, app settings. All faults are listed at once at start, by name and never by value, and nothing is
served until they are fixed. Secrets come as Key Vault references. An empty variable counts as absent, except where "empty" is
said to mean something. [local.settings.example.json](../local.settings.example.json) shows the form of each.

${order.flatMap(section).join('\n')}
_Written by \`npm run docs\` from \`shared/settings-schema.ts\` and \`tools/docs/setting-words.ts\`._
`;
}

if (import.meta.main) writeFileSync(new URL('../../docs/settings.md', import.meta.url), settingsPage());
