import { readFileSync } from 'node:fs';
import type * as z from 'zod';
import { allowedReturnUrl } from '../consent/return-url.ts';
import type { ClientKey } from '../maskinporten/grant.ts';
import type { Secret } from '../person/secret.ts';
import { secretText } from '../settings/kinds.ts';
import type { Bank } from './bank.ts';
import { type BankEntry, banksSchema } from './bank-schema.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The entries of BANKS with the API keys that they name, or every fault by its path; a value is never part of a fault. */
export type BankEntries = {
  entries: readonly BankEntry[];
  /** By the name of their setting. */
  apiKeys: ReadonlyMap<string, Secret>;
  faults: readonly string[];
};

/** The list beside the app: what its process finds in its working directory, as the Functions host sets it. */
export const banksFile = 'banks.json';

function readFile(): string | undefined {
  try {
    return readFileSync(banksFile, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Reads the list of banks: the setting BANKS, or the file beside the app where the setting is not there. */
export function readBanks(environment: Environment, file: () => string | undefined = readFile): BankEntries {
  const faulty = (...faults: string[]): BankEntries => ({ entries: [], apiKeys: new Map(), faults });
  let given: string | undefined;
  try {
    // `trim` takes the byte order mark too, with which some editors begin a file.
    given = environment.BANKS?.trim() || file()?.trim();
  } catch {
    return faulty(`BANKS: ${banksFile} cannot be read`);
  }
  if (!given) return faulty('BANKS: is missing');
  let json: unknown;
  try {
    json = JSON.parse(given);
  } catch {
    // The parser's own message quotes what it met.
    return faulty('BANKS: is not JSON');
  }
  const parsed = banksSchema.safeParse(json, { error: wordsOf });
  if (!parsed.success) return faulty(...parsed.error.issues.flatMap(faultsOf));
  const entries = parsed.data;
  const apiKeys = new Map<string, Secret>();
  const faults = [...faultsBetween(entries), ...faultsOfClients(entries, environment)];
  entries.forEach(({ lanekassenApiKeySetting: name }, index) => {
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

/** Rules that hold between members, and between banks. */
function* faultsBetween(entries: readonly BankEntry[]): Generator<string> {
  const numbers = new Map<string, number>();
  const tokens = new Map<string, number[]>();
  const owners: number[] = [];
  for (const [index, bank] of entries.entries()) {
    const at = `BANKS[${index}]`;
    if (allowedReturnUrl(bank.defaultReturnUrl, bank.allowedReturnUrls) === undefined)
      yield `${at}.defaultReturnUrl: is not covered by allowedReturnUrls`;
    const first = numbers.get(bank.organisationNumber);
    if (first !== undefined) yield `${at}.organisationNumber: is that of BANKS[${first}], too`;
    else numbers.set(bank.organisationNumber, index);
    if (!bank.isSupplierCustomer && bank.maskinporten === undefined) owners.push(index);
    const { issuer, audience } = bank.identityProvider;
    const key = JSON.stringify([issuer, audience]);
    const others = tokens.get(key) ?? [];
    const twin = others.find((other) => matchTheSame(entries[other], bank));
    if (twin !== undefined)
      yield `${at}.identityProvider: matches the same tokens as BANKS[${twin}]: tell them apart by bankClaim, one name and a value each`;
    tokens.set(key, [...others, index]);
  }
  // One organisation owns the app's client; for any other one Maskinporten would give a token of the owner.
  for (const index of owners.slice(1))
    yield `BANKS[${index}].isSupplierCustomer: must be true, or the bank have a client of its own (maskinporten): BANKS[${owners[0]}] owns the app's`;
}

/**
 * A client is one organisation's: with another bank's client, Maskinporten would give that bank's tokens. The app's is no one's while
 * every bank has its own. In capitals an id may be the same client.
 */
function* faultsOfClients(entries: readonly BankEntry[], environment: Environment): Generator<string> {
  const owners = new Map<string | undefined, string>();
  if (entries.some(({ maskinporten }) => maskinporten === undefined))
    for (const name of ['MASKINPORTEN_CLIENT_ID', 'ALTINN_MASKINPORTEN_CLIENT_ID'])
      owners.set(environment[name]?.trim().toLowerCase(), `the app's (${name})`);
  for (const [index, { maskinporten }] of entries.entries())
    for (const name of ['clientId', 'altinnClientId'] as const) {
      const client = maskinporten?.[name]?.toLowerCase();
      if (client === undefined) continue;
      const at = `BANKS[${index}]`;
      const owner = owners.get(client) ?? at;
      if (owner !== at) yield `${at}.maskinporten.${name}: is that of ${owner}, too`;
      owners.set(client, owner);
    }
}

/** Whether one token may be both banks', which have issuer and audience in common. */
function matchTheSame(one: BankEntry | undefined, other: BankEntry): boolean {
  const [a, b] = [one?.identityProvider.bankClaim, other.identityProvider.bankClaim];
  return a === undefined || b === undefined || a.name !== b.name || a.value === b.value;
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
