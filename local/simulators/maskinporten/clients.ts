// The clients registered at the Maskinporten simulator, and the rules of registration (maskinporten_sjolvbetjening_api: at most five public
// keys, each valid for one year from upload).
import { createPublicKey } from 'node:crypto';
import type { JWK } from 'jose';
import type { Clock } from '../kit/simulator.ts';

/** A public key of a client. `registeredAt` in ms since 1970; by default the time of registration here. */
export type RegisteredKey = { kid: string; jwk: JWK; registeredAt?: number };

/** A client of type Maskinporten. Without keys it authenticates with its organisation's certificate (`x5c`). */
export type MaskinportenClient = {
  clientId: string;
  /** 9 digits. */
  organisationNumber: string;
  scopes: readonly string[];
  /** Those of `scopes` whose owner allows user login only (MP-201). */
  userLoginScopes?: readonly string[];
  keys: readonly RegisteredKey[];
  /** What consumers have delegated to the organisation. `withoutAccess`: scopes that their owner never gave the consumer. */
  delegations?: readonly { consumerOrg: string; scopes: readonly string[]; withoutAccess?: readonly string[] }[];
};

/** A client as stored by the simulator, with the time of registration of each key. */
export type ClientRecord = Omit<MaskinportenClient, 'keys'> & { keys: Required<RegisteredKey>[] };

const maxKeys = 5;

/** A key is refused from this age on (MP-121); ms. */
export const keyLifetimeMs = 365 * 24 * 60 * 60 * 1000;

/**
 * Adds a public key to a client. An existing key with the same `kid` is replaced, which renews it.
 * Throws for everything that the registration refuses: private members, keys other than RSA of 2048 bits or more, a sixth key.
 */
export function addKey(client: ClientRecord, key: RegisteredKey, clock: Clock): void {
  const { jwk, kid } = key;
  if (['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].some((member) => member in jwk))
    throw new Error(`Key ${kid} is not a public key.`);
  const bits = createPublicKey({ key: { ...jwk }, format: 'jwk' }).asymmetricKeyDetails?.modulusLength ?? 0;
  if (jwk.kty !== 'RSA' || bits < 2048) throw new Error(`Key ${kid} is not RSA of at least 2048 bits.`);
  const others = client.keys.filter((each) => each.kid !== kid);
  if (others.length >= maxKeys) throw new Error(`Client ${client.clientId} has ${maxKeys} keys already.`);
  client.keys = [...others, { ...key, registeredAt: key.registeredAt ?? clock() }];
}

/**
 * Replaces the whole key set like the self-service API, and so renews each key in it. Throws like {@link addKey}, and for a `kid` that
 * occurs twice; then nothing changes.
 */
export function replaceKeys(client: ClientRecord, keys: readonly RegisteredKey[], clock: Clock): void {
  const staged: ClientRecord = { ...client, keys: [] };
  for (const key of keys) {
    if (staged.keys.some(({ kid }) => kid === key.kid)) throw new Error(`Key ${key.kid} occurs twice.`);
    addKey(staged, key, clock);
  }
  client.keys = staged.keys;
}

/** The registered clients by client id. */
export function createClients(clients: readonly MaskinportenClient[], clock: Clock): Map<string, ClientRecord> {
  const records = new Map<string, ClientRecord>();
  for (const client of clients) {
    const record: ClientRecord = { ...client, keys: [] };
    for (const key of client.keys) addKey(record, key, clock);
    records.set(client.clientId, record);
  }
  return records;
}
