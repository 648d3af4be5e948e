// Altinn, Lånekassen and Maskinporten as models behind the program's own HTTP clients. Their state is the truth for the invariants.
import type { NationalId } from '../../../shared/person/national-id.ts';
import { personUrn } from '../../../shared/person/national-id.ts';
import type { HttpReply, HttpRequest } from '../../../shared/upstream/http-client.ts';
import type { SeededTime } from '../support/seeded-time.ts';

export const minute = 60_000;
export const day = 86_400_000;
/** How old an event is before Altinn's feed shows it. */
export const lagMs = 5 * minute;
export const organisationNumber = '974760673';
/** The first is used in requests; a consent that was moved from Altinn 2 has the second. */
export const resources = ['bank-native', 'slk_5498_1'] as const;

/** What Altinn may answer about an accepted consent besides its state. Each of them is a doubt. */
export const twists = ['absent', 'status', 'resource', 'validity', 'giver', 'receiver'] as const;
export type Twist = (typeof twists)[number];

/** A consent as Altinn has it. Instants in milliseconds since 1970. */
export type Truth = {
  id: string;
  person: number;
  resource: string;
  status: 'created' | 'accepted' | 'rejected' | 'revoked' | 'deleted';
  validTo: number;
  /** All values of `validTo` that Altinn has sent. */
  validTos: number[];
  createdAt: number;
  acceptedAt?: number;
  revokedAt?: number;
  twist?: Twist;
  events: { type: string; at: number; order: number }[];
  redirectUrl: string;
};

/** A call that Lånekassen received. Its number is the amount in the answer. */
export type Call = { person: number; consentId: string | undefined; at: number };

/** The parties. `onCall` is called before a call to Lånekassen is answered. */
export function createParties(time: SeededTime, people: readonly NationalId[], onCall: (call: Call) => void) {
  const truths = new Map<string, Truth>();
  const calls: Call[] = [];
  const state = {
    altinn: 'up' as 'up' | 'down' | 'loses',
    lanekassen: 'up' as 'up' | 'down' | 'forbids' | 'unknown',
    /** Customers whose consents Lånekassen refuses. */
    refused: new Set<number>(),
    /** Maskinporten issues tokens only for accepted consents. */
    isStrict: false,
  };
  let order = 0;
  const reply = (status: number, body: object, type = 'application/json'): HttpReply => ({
    status,
    headers: { 'content-type': type },
    text: JSON.stringify(body),
  });
  const indexOf = (urn: string) => people.findIndex((one) => urn === personUrn(one));
  const note = (truth: Truth, type: string) => {
    order += 1;
    truth.events.push({ type, at: time.now(), order });
  };

  const shown = ({ id, person, status, validTo, resource, twist }: Truth, isRead: boolean) => {
    const is = (one: Twist) => isRead && twist === one;
    const giver = personUrn(people[is('giver') ? (person + 1) % people.length : person] as NationalId);
    return {
      id,
      from: giver,
      requiredDelegator: giver,
      to: `urn:altinn:organization:identifier-no:${is('receiver') ? '910753614' : organisationNumber}`,
      status: is('status') && status === 'accepted' ? 'created' : status,
      validTo: new Date(is('validity') ? validTo + 400 * day : validTo).toISOString(),
      consentRights: [{ resource: [{ type: 'urn:altinn:resource', value: is('resource') ? 'another' : resource }] }],
      viewUri: `https://am.ui.altinn.no/accessmanagement/ui/consent/request?id=${id}`,
    };
  };

  /** Adds a consent that was given elsewhere (Altinn 2), or requested by the program. */
  const add = (truth: Omit<Truth, 'validTos' | 'createdAt' | 'events' | 'redirectUrl'>, redirectUrl = '') => {
    const made = { ...truth, validTos: [truth.validTo], createdAt: time.now(), events: [], redirectUrl };
    truths.set(truth.id, made);
    return made;
  };

  const events = (query: URLSearchParams) => {
    const from = Number(query.get('continuationToken') ?? 0);
    const after = Date.parse(query.get('createdAfter') ?? '1970-01-01T00:00:00Z');
    const page = [...truths.values()]
      .flatMap((truth) => truth.events.map((event) => ({ ...event, id: truth.id })))
      .sort((a, b) => a.order - b.order)
      .filter((event) => event.order > from && event.at >= after && event.at + lagMs < time.now())
      .slice(0, 3);
    const last = page.at(-1);
    const next = page.length === 3 && last ? { next: `http://inner/?continuationToken=${last.order}` } : null;
    return reply(200, { links: next, data: page.map(({ id, type }) => ({ consentRequestId: id, eventType: type })) });
  };

  const altinn = async ({ method, url, body }: HttpRequest): Promise<HttpReply> => {
    if (state.altinn === 'down') return reply(503, {});
    const path = new URL(url).pathname.split('/').at(-1) ?? '';
    if (method === 'POST') {
      const asked = JSON.parse(body ?? '') as { id: string; from: string; validTo: string; redirectUrl: string };
      const known = truths.get(asked.id);
      const person = indexOf(asked.from);
      const validTo = Date.parse(asked.validTo);
      const made =
        known ?? add({ id: asked.id, person, resource: resources[0], status: 'created', validTo }, asked.redirectUrl);
      if (state.altinn === 'loses') return reply(503, {});
      return known ? reply(200, { id: known.id }) : reply(201, shown(made, false));
    }
    if (path === 'events') return events(new URL(url).searchParams);
    const found = truths.get(path);
    if (found === undefined || found.twist === 'absent') return reply(404, { code: 'AM-00001' });
    return reply(200, shown(found, true));
  };

  const lanekassen = async ({ headers }: HttpRequest): Promise<HttpReply> => {
    const person = people.findIndex((one) => one.reveal() === headers.PSU_ID);
    const call: Call = { person, consentId: headers['Consent-ID']?.slice('token-of-'.length), at: time.now() };
    calls.push(call);
    onCall(call);
    if (state.lanekassen === 'down') return reply(503, {});
    if (state.lanekassen === 'unknown') return reply(404, {});
    if (state.lanekassen === 'forbids' || state.refused.has(person)) return reply(403, {});
    const closing = {
      BalanceType: 'closingBooked',
      BalanceAmount: { currency: 'NOK', amount: calls.length },
      LastChangeDateTime: new Date(time.now()).toISOString(),
    };
    return reply(200, { Accounts: [{ Name: 'Lån', Balances: [closing], Bban: people[person]?.reveal() }] });
  };

  /** The customer's act in Altinn, if Altinn allows it. */
  const act = (truth: Truth, type: 'accepted' | 'rejected' | 'revoked' | 'deleted') => {
    const from = type === 'accepted' || type === 'rejected' ? 'created' : 'accepted';
    if (truth.status !== from || (type === 'accepted' && truth.validTo <= time.now())) return;
    truth.status = type;
    if (type === 'accepted') truth.acceptedAt = time.now();
    if (type === 'revoked' || type === 'deleted') truth.revokedAt = time.now();
    note(truth, type);
  };

  return { truths, calls, state, altinn, lanekassen, act, add };
}

export type Parties = ReturnType<typeof createParties>;
