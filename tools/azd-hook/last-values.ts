import { secretSettings } from '../infra/secret-settings.ts';
import { askAz, groupOf, Refusal, type Shell } from './shell.ts';

/** The values of an environment's last provision, by name. */
export type LastValues = Readonly<Record<string, string>>;

/** Values that may be set and removed at any time. */
const passing: readonly string[] = ['FIRST_PROVISION', 'RECOVER_VAULT', 'SECRETS_TO_COME', 'ALERTS_TELL_NOBODY'];

/** Values that decide where a resource is. Another value moves it. */
const places: Readonly<Record<string, string>> = {
  AZURE_ENV_NAME: 'everything would be created again under other names',
  AZURE_LOCATION: 'everything would be created again in another region',
  ENVIRONMENT_KIND: 'sizes, network and parties would be another environment’s',
  INTEGRATION_SUBNET_ID: 'the app would move to another network',
  PRIVATE_ENDPOINT_SUBNET_ID: 'the private endpoints would move to another network',
  VIRTUAL_NETWORK_ADDRESS_PREFIX: 'the network would get other addresses',
};

/** Flags that protect something, or on which other values depend. */
const guards: readonly string[] = ['SITE_PRIVATE_ENDPOINT', 'SECRETS_CREATED'];

/** The secrets that name people and sessions. Each has one secret in use, and another whose rows are still read. */
const pairs = secretSettings.flatMap(({ name, variable: primary, standard }) =>
  secretSettings
    .filter((other) => other.name === `${name}_SECONDARY`)
    .map(({ variable: secondary }) => ({ primary, secondary, standard })),
);

type BankValue = { organisationNumber?: string; identityProvider?: { logoutAudience?: string } };

/** The bank that would no longer be served, or that would lose the logout by its identity provider; `undefined`: none. */
function banksThatGo(before: string, after: string): string | undefined {
  const banksIn = (text: string): BankValue[] => {
    try {
      const banks: unknown = JSON.parse(text);
      return Array.isArray(banks) ? (banks as BankValue[]) : [];
    } catch {
      // checkSettings refuses what is not a list.
      return [];
    }
  };
  const left = new Map(banksIn(after).map((bank) => [bank.organisationNumber, bank]));
  for (const bank of left.size === 0 ? [] : banksIn(before)) {
    const now = left.get(bank.organisationNumber);
    if (now === undefined) return `the bank ${bank.organisationNumber} would no longer be served`;
    if (bank.identityProvider?.logoutAudience && !now.identityProvider?.logoutAudience)
      return `the bank ${bank.organisationNumber} would lose its logoutAudience`;
  }
  return undefined;
}

/** What the new values would remove or weaken, compared with the last ones: each variable, and why it is refused. */
export function lossesOf(last: LastValues, now: (name: string) => string): { name: string; why: string }[] {
  const losses: { name: string; why: string }[] = [];
  const given = (name: string) => now(name).trim();
  for (const [name, value] of Object.entries(last)) {
    if (value === '' || passing.includes(name)) continue;
    // With x5c no key has a name at Digdir: that provision itself empties the value.
    if (name === 'MASKINPORTEN_KID' && given('MASKINPORTEN_KEY_MODE').toLowerCase() === 'x5c') continue;
    if (given(name) === '') losses.push({ name, why: `it was ${short(value)}, and is not given now` });
    else if (guards.includes(name) && isTrue(value) && !isTrue(given(name))) losses.push({ name, why: 'it was true' });
  }
  const goes = banksThatGo(last.BANKS ?? '', given('BANKS'));
  if (goes !== undefined) losses.push({ name: 'BANKS', why: goes });
  for (const [name, consequence] of Object.entries(places)) {
    const [before = '', after] = [last[name], given(name)];
    // Resources are named after the environment's name, in which capitals count.
    const isSame = name === 'AZURE_ENV_NAME' ? before === after : plain(before) === plain(after);
    const moves = !isSame && after !== '';
    if (moves && (before !== '' || name.endsWith('SUBNET_ID'))) losses.push({ name, why: consequence });
  }
  for (const { primary, secondary, standard } of pairs) {
    const before = last[primary] || standard;
    const after = given(primary) || standard;
    const understood = [after, given(secondary)];
    if (!understood.includes(before))
      losses.push({
        name: primary,
        why: `${before} is in use, and its rows would no longer be found: keep it as ${secondary}`,
      });
    else if (after !== before && after !== last[secondary])
      losses.push({ name: primary, why: `${after} was not ${secondary} before, so running instances do not know it` });
  }
  return losses.filter(({ name }, index) => losses.findIndex((one) => one.name === name) === index);
}

/**
 * Compares the values with those of the last provision, and refuses to empty or weaken a value unless `ALLOW_WEAKER` names it. Otherwise a
 * run with an empty azd environment would replace the values with defaults.
 */
export function compareWithLast(shell: Shell): void {
  const last = readLast(shell);
  if (last === undefined) {
    shell.say('There is no record of an earlier provision, so the values are not compared.');
    return;
  }
  const allowed = shell
    .value('ALLOW_WEAKER')
    .split(',')
    .map((name) => name.trim());
  const losses = lossesOf(last, (name) => shell.value(name)).filter(({ name }) => !allowed.includes(name));
  if (losses.length === 0) return;
  throw new Refusal(
    [
      'This would remove or weaken values of the last provision:',
      ...losses.map(({ name, why }) => `  ${name}: ${why}.`),
      `Set the values, or, if this is intended: azd env set ALLOW_WEAKER ${losses.map(({ name }) => name).join(',')}`,
    ].join('\n'),
  );
}

/** The parameters of the deployment that is the record (infra/modules/record.bicep); `undefined`: there is none. */
function readLast(shell: Shell): LastValues | undefined {
  const found = askAz(shell, [
    ...['deployment', 'group', 'show', '--resource-group', groupOf(shell), '--name', 'saldo-studielan-values'],
    ...['--query', 'properties.parameters.values.value'],
  ]);
  if ('json' in found) return (found.json ?? undefined) as LastValues | undefined;
  if (/DeploymentNotFound|ResourceGroupNotFound/.test(found.failure)) return undefined;
  throw new Refusal(
    'az did not answer which values the last provision had, so it is not known what this would remove. ' +
      `Sign in (az login). ${found.failure}`,
  );
}

/** A region's name without capitals and blanks, as Azure also writes it: Norway East is norwayeast. */
export const plain = (text: string): string => text.toLowerCase().replaceAll(' ', '');

const isTrue = (value: string) => value.trim().toLowerCase() === 'true';
const short = (value: string) => (value.length > 60 ? `${value.slice(0, 60)}…` : value);
