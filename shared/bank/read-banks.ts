import type * as z from 'zod';
import type { ClientKey } from '../maskinporten/grant.ts';
import type { Secret } from '../person/secret.ts';
import { secretText } from '../settings/kinds.ts';
import type { Bank } from './bank.ts';
import { faultsBetween, soundMembers } from './bank-faults.ts';
import { type BankEntry, banksSchema, mostBanks } from './bank-schema.ts';
import { banksFile, type Environment, givenBanks } from './given-banks.ts';

/** The entries of BANKS with the API keys that they name, or every fault by its path; a value is never part of a fault. */
export type BankEntries = {
  entries: readonly BankEntry[];
  /** By the name of their setting. */
  apiKeys: ReadonlyMap<string, Secret>;
  faults: readonly string[];
};

/** Reads the list of banks. */
export function readBanks(environment: Environment, file?: () => string | undefined): BankEntries {
  const faulty = (...faults: string[]): BankEntries => ({ entries: [], apiKeys: new Map(), faults });
  let json: unknown;
  try {
    const given = givenBanks(environment, file);
    if (given === '') return faulty('BANKS: is missing');
    json = JSON.parse(given);
  } catch (error) {
    // The parser's own message quotes what it met.
    return faulty(error instanceof SyntaxError ? 'BANKS: is not JSON' : `BANKS: ${banksFile} cannot be read`);
  }
  const parsed = banksSchema.safeParse(json, { error: wordsOf });
  const entries = parsed.data ?? [];
  const sound = parsed.data ?? (Array.isArray(json) && json.length <= mostBanks ? json.map(soundMembers) : []);
  const faults = [...(parsed.error?.issues.flatMap(faultsOf) ?? []), ...faultsBetween(sound, environment)];
  const apiKeys = new Map<string, Secret>();
  sound.forEach(({ lanekassenApiKeySetting: name }, index) => {
    if (name === undefined) return;
    const key = secretText.safeParse(environment[name]?.trim());
    if (key.success) apiKeys.set(name, key.data);
    else faults.push(`BANKS[${index}].lanekassenApiKeySetting: names a setting that is missing or faulty`);
  });
  return { entries, apiKeys, faults };
}

/** What zod says of a wrong type, without what it met. */
const wordsOf = (issue: z.core.$ZodRawIssue) => {
  if (issue.code !== 'invalid_type') return undefined;
  return issue.input === undefined
    ? 'is missing'
    : `must be ${{ array: 'a list', object: 'an object' }[issue.expected as string] ?? issue.expected}`;
};

const pathOf = (path: readonly PropertyKey[]) =>
  `BANKS${path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')}`;

function faultsOf(issue: z.core.$ZodIssue): string[] {
  if (issue.code !== 'unrecognized_keys') return [`${pathOf(issue.path)}: ${issue.message}`];
  // The name of a member is shown where it looks like one: what is pasted in the wrong place may be anything.
  return issue.keys.map((key) =>
    /^[A-Za-z]{1,40}$/.test(key)
      ? `${pathOf([...issue.path, key])}: is not known`
      : `${pathOf(issue.path)}: has a member that is not known`,
  );
}

/** What a bank takes from the app's own settings where it has nothing of its own. */
export type AppClient = { keys: ReturnType<typeof keysOf>; lanekassenApiKey: Secret };

/** The bank of an entry. */
export function bankOf(entry: BankEntry, apiKeys: BankEntries['apiKeys'], app: AppClient): Bank {
  const { organisationNumber, name, identityProvider, isPaused } = entry;
  return {
    organisationNumber,
    name,
    identityProvider,
    isPaused,
    returnUrls: {
      allowed: entry.allowedReturnUrls,
      // As the rules' parser spells it, as every other return URL: what is in a Location header must be ASCII.
      standard: new URL(entry.defaultReturnUrl).href,
    },
    maskinporten: {
      ...(entry.maskinporten === undefined ? app.keys : keysOf(entry.maskinporten)),
      isSupplierCustomer: entry.isSupplierCustomer,
    },
    lanekassenApiKey: apiKeys.get(entry.lanekassenApiKeySetting ?? '') ?? app.lanekassenApiKey,
  };
}

/** The two clients at Maskinporten, one and the same unless Altinn's is set apart: those of the app, or a bank's own. */
export function keysOf(client: NonNullable<BankEntry['maskinporten']>): {
  lanekassenKey: ClientKey;
  altinnKey: ClientKey;
} {
  const lanekassenKey: ClientKey = {
    clientId: client.clientId,
    keyId: client.keyId,
    header: client.certificateChain === undefined ? { kid: client.kid ?? '' } : { x5c: client.certificateChain },
  };
  const altinnKey: ClientKey = {
    clientId: client.altinnClientId ?? client.clientId,
    keyId: client.altinnKeyId ?? client.keyId,
    // A kid of its own is a registered key, whatever the mode of the other client.
    header: client.altinnKid === undefined ? lanekassenKey.header : { kid: client.altinnKid },
  };
  return { lanekassenKey, altinnKey };
}
