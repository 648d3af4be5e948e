import { allowedReturnUrl } from '../consent/return-url.ts';
import { type BankEntry, bankSchema } from './bank-schema.ts';
import type { Environment } from './given-banks.ts';

/** The members of an entry that are sound. */
type Members = Partial<BankEntry>;

/** Reads each member by itself: the rules below look only at sound ones, so that all faults are found at once and none twice. */
export function soundMembers(entry: unknown): Members {
  if (typeof entry !== 'object' || entry === null) return {};
  const parsed = Object.entries(bankSchema.shape).map(
    ([name, schema]) => [name, schema.safeParse((entry as Record<string, unknown>)[name])] as const,
  );
  const sound = Object.fromEntries(parsed.flatMap(([name, { success, data }]) => (success ? [[name, data]] : [])));
  // The two members together say whose client the bank uses, so neither is judged without the other.
  if (!('maskinporten' in sound)) delete sound.isSupplierCustomer;
  return sound;
}

/** Whether a bank uses the app's client: as a supplier's customer, or as its owner. */
const usesAppClient = ({ isSupplierCustomer, maskinporten }: Members) =>
  isSupplierCustomer !== undefined && maskinporten === undefined;

/** Faults between the members of a bank, between banks, and between a bank and the app's own client. */
export function* faultsBetween(entries: readonly Members[], environment: Environment): Generator<string> {
  const numbers = new Map<string, number>();
  const tokens = new Map<string, number[]>();
  const owners: number[] = [];
  for (const [index, bank] of entries.entries()) {
    const at = `BANKS[${index}]`;
    const { defaultReturnUrl, allowedReturnUrls, organisationNumber, identityProvider, isSupplierCustomer } = bank;
    if (
      defaultReturnUrl !== undefined &&
      allowedReturnUrls !== undefined &&
      allowedReturnUrl(defaultReturnUrl, allowedReturnUrls) === undefined
    )
      yield `${at}.defaultReturnUrl: is not covered by allowedReturnUrls`;
    if (isSupplierCustomer && bank.maskinporten !== undefined)
      yield `${at}.isSupplierCustomer: must be false for a bank with a client of its own`;
    if (!isSupplierCustomer && usesAppClient(bank)) owners.push(index);
    if (organisationNumber !== undefined) {
      const first = numbers.get(organisationNumber);
      if (first !== undefined) yield `${at}.organisationNumber: is that of BANKS[${first}], too`;
      else numbers.set(organisationNumber, index);
    }
    if (identityProvider !== undefined) {
      if (identityProvider.sessionClaim === identityProvider.nationalIdClaim)
        yield `${at}.identityProvider.sessionClaim: must differ from nationalIdClaim`;
      const key = JSON.stringify([identityProvider.issuer, identityProvider.audience]);
      const others = tokens.get(key) ?? [];
      const twin = others.find((other) => matchTheSame(entries[other], bank));
      if (twin !== undefined)
        yield `${at}.identityProvider: matches the same tokens as BANKS[${twin}]: tell them apart by bankClaim, one name and a value each`;
      tokens.set(key, [...others, index]);
    }
  }
  // One organisation owns the app's client; for any other one Maskinporten would give a token of the owner.
  for (const index of owners.slice(1))
    yield `BANKS[${index}].isSupplierCustomer: must be true, or the bank have a client of its own (maskinporten): BANKS[${owners[0]}] owns the app's`;
  yield* faultsOfClients(entries, environment);
}

/**
 * A client belongs to one organisation: with another bank's client, Maskinporten would give that bank's tokens. If every bank has a client
 * of its own, the app's belongs to none. Ids are compared without case.
 */
function* faultsOfClients(entries: readonly Members[], environment: Environment): Generator<string> {
  const owners = new Map<string | undefined, string>();
  if (entries.some(usesAppClient))
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

/** Whether one token can belong to both banks. They have issuer and audience in common. */
function matchTheSame(one: Members | undefined, other: Members): boolean {
  const [a, b] = [one?.identityProvider?.bankClaim, other.identityProvider?.bankClaim];
  return a === undefined || b === undefined || a.name !== b.name || a.value === b.value;
}
