import { secretSettings } from '../infra/secret-settings.ts';
import { groupOf, Refusal, type Shell, subscriptionOption } from './shell.ts';

/** The values of an environment's last provision, by name. */
export type LastValues = Readonly<Record<string, string>>;

/** Values that may be set and removed. */
const passing: readonly string[] = ['FIRST_PROVISION', 'RECOVER_VAULT', 'SECRETS_TO_COME', 'ALERTS_TELL_NOBODY'];

/** Values that place a resource: another value moves it. */
const places: Readonly<Record<string, string>> = {
  AZURE_LOCATION: 'everything would be made again in another region',
  ENVIRONMENT_KIND: 'sizes, network and parties would be another environment’s',
  INTEGRATION_SUBNET_ID: 'the app would move to another network',
  PRIVATE_ENDPOINT_SUBNET_ID: 'the private endpoints would move to another network',
  VIRTUAL_NETWORK_ADDRESS_PREFIX: 'the network would get other addresses',
};

/** Flags that protect, or that others build on. */
const guards: readonly string[] = ['SITE_PRIVATE_ENDPOINT', 'SECRETS_CREATED'];

/** The two secrets that name people and sessions: one in use, and one that is still read. */
const pairs = secretSettings.flatMap(({ name, variable: primary, standard }) =>
  secretSettings
    .filter((other) => other.name === `${name}_SECONDARY`)
    .map(({ variable: secondary }) => ({ primary, secondary, standard })),
);

type BankValue = { organisationNumber?: string; identityProvider?: { logoutAudience?: string } };

/** Which bank would be served no longer, or be without logout by its identity provider; `undefined`: none. */
function banksThatGo(before: string, after: string): string | undefined {
  const banksIn = (text: string): BankValue[] => {
    try {
      const banks: unknown = JSON.parse(text);
      return Array.isArray(banks) ? (banks as BankValue[]) : [];
    } catch {
      // What is no list is refused elsewhere.
      return [];
    }
  };
  const left = new Map(banksIn(after).map((bank) => [bank.organisationNumber, bank]));
  for (const bank of left.size === 0 ? [] : banksIn(before)) {
    const now = left.get(bank.organisationNumber);
    if (now === undefined) return `the bank ${bank.organisationNumber} would be served no longer`;
    if (bank.identityProvider?.logoutAudience && !now.identityProvider?.logoutAudience)
      return `the bank ${bank.organisationNumber} would lose its logoutAudience`;
  }
  return undefined;
}

/** What the new values would remove or weaken, compared with the last ones: the variable, and why it is refused. */
export function lossesOf(last: LastValues, now: (name: string) => string): { name: string; why: string }[] {
  const losses: { name: string; why: string }[] = [];
  const given = (name: string) => now(name).trim();
  for (const [name, value] of Object.entries(last)) {
    if (value === '' || passing.includes(name)) continue;
    if (given(name) === '') losses.push({ name, why: `it was ${short(value)}, and is not given now` });
    else if (guards.includes(name) && isTrue(value) && !isTrue(given(name))) losses.push({ name, why: 'it was true' });
  }
  const goes = banksThatGo(last.BANKS ?? '', given('BANKS'));
  if (goes !== undefined) losses.push({ name: 'BANKS', why: goes });
  for (const [name, consequence] of Object.entries(places)) {
    const [before = '', after] = [last[name], given(name)];
    const moves = before.toLowerCase() !== after.toLowerCase() && after !== '';
    if (moves && (before !== '' || name.endsWith('SUBNET_ID'))) losses.push({ name, why: consequence });
  }
  for (const { primary, secondary, standard } of pairs) {
    const before = last[primary] || standard;
    const after = given(primary) || standard;
    const understood = [after, given(secondary)];
    if (!understood.includes(before))
      losses.push({
        name: primary,
        why: `${before} is in use and would be understood no longer: keep it as ${secondary}`,
      });
    else if (after !== before && after !== last[secondary])
      losses.push({ name: primary, why: `${after} was not ${secondary} before, so running instances do not know it` });
  }
  return losses.filter(({ name }, index) => losses.findIndex((one) => one.name === name) === index);
}

/**
 * Compares with what the environment was provisioned with the last time, and refuses to empty or weaken a value unless
 * `ALLOW_WEAKER` names it. A run with an empty azd environment would otherwise put defaults in the place of what is there.
 */
export function compareWithLast(shell: Shell): void {
  const last = readLast(shell);
  if (last === undefined) {
    shell.say('No record of an earlier provision: nothing to compare the values with.');
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
      'This would take away from what the environment was last provisioned with:',
      ...losses.map(({ name, why }) => `  ${name}: ${why}.`),
      `Give the values, or, if it is meant: azd env set ALLOW_WEAKER ${losses.map(({ name }) => name).join(',')}`,
    ].join('\n'),
  );
}

/** The parameters of the deployment that is the record (infra/modules/record.bicep); `undefined`: there is none. */
function readLast(shell: Shell): LastValues | undefined {
  const found = shell.run('az', [
    ...['deployment', 'group', 'show', '--resource-group', groupOf(shell), '--name', 'saldo-studielan-values'],
    ...['--query', 'properties.parameters.values.value', '--output', 'json'],
    ...subscriptionOption(shell),
  ]);
  if (found?.code === 0) {
    if (found.stdout.trim() === '') return undefined;
    return JSON.parse(found.stdout) as LastValues;
  }
  if (/DeploymentNotFound|ResourceGroupNotFound/.test(found?.stderr ?? '')) return undefined;
  throw new Refusal(
    'az could not be asked what the environment was last provisioned with, so it is not known what this would take away. ' +
      `Sign in (az login). ${found?.stderr.trim() ?? 'az could not be started.'}`,
  );
}

const isTrue = (value: string) => value.trim().toLowerCase() === 'true';
const short = (value: string) => (value.length > 60 ? `${value.slice(0, 60)}…` : value);
