// The parties, simulated without any checks of their own. Altinn shows any consent to any caller. Maskinporten issues a token for any
// consent, in the name of the bank that asks. So only the program keeps the banks apart. Lånekassen records each call that uses another
// bank's data.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { decodeJwt, SignJWT } from 'jose';
import { personUrn } from '../../../shared/person/national-id.ts';
import type { Time } from '../../../shared/resilience/time.ts';
import type { HttpReply, HttpRequest } from '../../../shared/upstream/http-client.ts';
import { type Banks, type Owner, people, saldoOf } from './banks.ts';

/** A consent as Altinn has it. `receiver` is the bank that may read it; Altinn may mix it up. `owner` is the bank that requested it. */
export type Truth = {
  id: string;
  owner: Owner;
  receiver: number;
  status: 'created' | 'accepted' | 'rejected' | 'revoked';
  wasRevoked: boolean;
  validTo: number;
  state: string;
};

const day = 86_400_000;
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const issuer = 'https://maskinporten.example';
const challenge = 'Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"';
const organisation = (number: string) => ({ authority: 'iso6523-actorid-upis', ID: `0192:${number}` });

export function createParties(banks: Banks, time: Time, violate: (what: string) => void) {
  const truths: Truth[] = [];
  /** Events by bank: the bank's own and planted ones. */
  const feeds = new Map<number, { id: string; type: string }[]>();
  const reply = (status: number, body: object | string): HttpReply => ({
    status,
    headers: { 'content-type': 'application/json' },
    text: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const claimsOf = (token: string | undefined) => decodeJwt((token ?? '').replace(/^Bearer /, ''));
  const consumerOf = (token: string | undefined) =>
    banks.indexOf((claimsOf(token).consumer as { ID: string }).ID.replace('0192:', ''));
  const indexOfUrn = (urn: string) => people.findIndex((one) => personUrn(one) === urn);
  const inFeed = (bank: number, event: { id: string; type: string }) =>
    void feeds.set(bank, [...(feeds.get(bank) ?? []), event]);

  const maskinporten = async ({ url, body }: HttpRequest): Promise<HttpReply> => {
    if (url.endsWith('/.well-known/oauth-authorization-server'))
      return reply(200, { issuer: `${issuer}/`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwk` });
    if (url.endsWith('/jwk'))
      return reply(200, { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'm', alg: 'RS256' }] });
    const asked = decodeJwt(new URLSearchParams(body).get('assertion') ?? '');
    const owner = banks.clientOwner(String(asked.iss));
    const consumer = (asked.consumer_org as string | undefined) ?? owner;
    const [detail] = (asked.authorization_details ?? []) as { id: string; from: string }[];
    const truth = truths.find(({ id }) => id === detail?.id);
    const consent = {
      type: 'urn:altinn:consent',
      ...detail,
      to: { authority: 'iso6523-actorid-upis', id: `0192:${consumer}` },
      validto: new Date(truth?.validTo ?? 0).toISOString(),
      consentrights: [{ resource: [{ type: 'urn:altinn:resource', value: 'resource' }] }],
    };
    const seconds = Math.floor(time.now() / 1000);
    const token = await new SignJWT({
      ...{ iss: `${issuer}/`, scope: asked.scope, client_id: asked.iss, iat: seconds, exp: seconds + 600 },
      consumer: organisation(consumer),
      ...(asked.consumer_org === undefined ? {} : { supplier: organisation(owner) }),
      ...(detail === undefined ? {} : { authorization_details: [consent] }),
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'm' })
      .sign(privateKey);
    return reply(200, { access_token: token, expires_in: 600 });
  };

  const shown = ({ id, owner, receiver, status, validTo }: Truth) => {
    const giver = personUrn(people[owner.person] as (typeof people)[0]);
    return {
      ...{ id, from: giver, requiredDelegator: giver, status, validTo: new Date(validTo).toISOString() },
      to: `urn:altinn:organization:identifier-no:${banks.numberOf(receiver)}`,
      consentRights: [{ resource: [{ type: 'urn:altinn:resource', value: 'resource' }] }],
      viewUri: `https://am.ui.altinn.example/accessmanagement/ui/consent/request?id=${id}`,
    };
  };

  const altinn = async ({ method, url, body, headers }: HttpRequest): Promise<HttpReply> => {
    const bank = consumerOf(headers.authorization);
    const { pathname } = new URL(url);
    const last = pathname.split('/').at(-1) ?? '';
    if (method === 'POST') {
      const asked = JSON.parse(body ?? '') as Record<'id' | 'from' | 'to' | 'validTo' | 'redirectUrl', string>;
      if (!asked.to.endsWith(banks.numberOf(bank))) violate("a consent is asked for with another bank's token");
      const known = truths.find(({ id }) => id === asked.id);
      if (known) return reply(200, shown(known));
      const state = new URL(asked.redirectUrl).searchParams.get('state') ?? '';
      const owner = { bank, person: indexOfUrn(asked.from) };
      const made: Truth = {
        ...{ id: asked.id, owner, receiver: bank, status: 'created', wasRevoked: false, state },
        validTo: Math.min(Date.parse(asked.validTo), time.now() + 300 * day),
      };
      truths.push(made);
      return reply(201, shown(made));
    }
    if (last === 'events') {
      const data = (feeds.get(bank) ?? []).map(({ id, type }) => ({ consentRequestId: id, eventType: type }));
      return reply(200, { links: null, data });
    }
    const found = truths.find(({ id }) => id === last);
    return found === undefined ? reply(404, { code: 'AM-00001' }) : reply(200, shown(found));
  };

  const lanekassen = async ({ headers }: HttpRequest): Promise<HttpReply> => {
    const bank = consumerOf(headers.Authorization);
    const person = people.findIndex((one) => one.reveal() === headers.PSU_ID);
    if (headers.ApiKey !== `api-key-${bank}`) violate("Lånekassen is called with one bank's key and another's token");
    const isTheirs = ({ receiver, owner }: Truth) => receiver === bank && owner.person === person;
    const sent = headers['Consent-ID'];
    const [detail] = (sent === undefined ? [] : claimsOf(sent).authorization_details) as { id: string }[];
    const truth = truths.find(({ id }) => id === detail?.id);
    if (detail !== undefined && !(truth && isTheirs(truth))) violate("Lånekassen is called with another's consent");
    if (!truths.some((one) => isTheirs(one) && one.status === 'accepted'))
      violate('Lånekassen is called for a customer without a consent to this bank');
    const amount = saldoOf({ bank, person });
    return reply(
      200,
      `{"Accounts":[{"Name":"Lån","Bban":"${headers.PSU_ID}","Balances":[{"BalanceType":"closingBooked",` +
        `"BalanceAmount":{"currency":"NOK","amount":${amount}},"LastChangeDateTime":"2026-10-01T00:00:00Z"}]}]}`,
    );
  };

  /** Accepts any key and any signature: this Maskinporten does not check them. */
  const vault = async ({ url, headers }: HttpRequest): Promise<HttpReply> => {
    if (headers.Authorization === undefined) return { ...reply(401, {}), headers: { 'www-authenticate': challenge } };
    const kid = url.replace(/\/sign.*$|\?.*$/, '');
    if (url.includes('/sign')) return reply(200, { kid, value: randomBytes(256).toString('base64url') });
    const key = { ...publicKey.export({ format: 'jwk' }), kid, key_ops: ['sign', 'verify'] };
    return reply(200, { key, attributes: { enabled: true } });
  };

  /** The customer answers in Altinn, and Altinn adds the event to the bank's feed. */
  const decide = (truth: Truth, status: 'accepted' | 'rejected' | 'revoked') => {
    if (truth.status !== (status === 'revoked' ? 'accepted' : 'created')) return;
    truth.status = status;
    truth.wasRevoked ||= status === 'revoked';
    inFeed(truth.owner.bank, { id: truth.id, type: status });
  };
  const logins = async ({ url }: HttpRequest) => reply(200, banks.keysAt(url));
  return { truths, decide, inFeed, http: { maskinporten, altinn, lanekassen, vault, logins } };
}
