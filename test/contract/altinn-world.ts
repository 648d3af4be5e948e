// Shared by Altinn's contract tests: a simulator with a stub issuer, and a clock that the test moves.
import { type AltinnOptions, startAltinn } from '../../local/simulators/altinn/simulator.ts';
import type { Simulator } from '../../local/simulators/kit/simulator.ts';
import { organisation, type StubIssuer, startStubIssuer } from './altinn-stub-issuer.ts';

/** The bank of the tests; the number is synthetic. */
export const bank = '310000019';
/** Another bank, whose consents `bank` must not see. */
export const otherBank = '910194143';
/** Acts for `bank`. */
export const supplier = '991825827';
/** Party URN of the person who is asked (HAUK HAUGNES). */
export const person = 'urn:altinn:person:identifier-no:04125300311';
/** Party URN of another person (FABIAN JONASSEN). */
export const otherPerson = 'urn:altinn:person:identifier-no:02075700329';
/** The consent resource that every bank may use. */
export const resourceId = 'slk_5498_1';
const api = '/accessmanagement/api/v1/enterprise/consentrequests';

/** Party URN of an organisation. */
export const org = (number: string) => `urn:altinn:organization:identifier-no:${number}`;

/** A running Altinn with functions to call it. `now` reads the clock, `advance` moves it (ms). */
export type AltinnWorld = {
  altinn: Simulator<typeof startAltinn>;
  issuer: StubIssuer;
  now(): number;
  advance(ms: number): void;
  token(claims?: Record<string, unknown>): Promise<string>;
  body(changes?: Record<string, unknown>): Record<string, unknown> & { id: string };
  post(body: unknown, token?: string): Promise<Response>;
  get(path: string, token?: string): Promise<Response>;
  lookup(body: unknown): Promise<Response>;
  /** Creates a request and returns its id. */
  create(changes?: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
};

/** Starts it; `options` change the simulator's. */
export async function startAltinnWorld(options: Partial<AltinnOptions> = {}): Promise<AltinnWorld> {
  let nowMs = Date.parse('2026-11-23T08:00:00Z');
  const now = () => nowMs;
  const issuer = await startStubIssuer(now);
  const altinn = await startAltinn({
    clock: now,
    maskinportenUrl: issuer.url,
    resources: [
      { id: resourceId, owner: 'Lånekassen', metadataKeys: ['navn'] },
      { id: 'closed', metadataKeys: [], accessList: [otherBank] },
      { id: 'other-template', metadataKeys: [], templateId: 'poa' },
    ],
    knownOrganisations: [bank, otherBank, supplier].map((organisationNumber) => ({ organisationNumber, name: 'ORG' })),
    ...options,
  });
  const token = (claims: Record<string, unknown> = {}) =>
    issuer.sign({ consumer: organisation(bank), scope: 'altinn:consentrequests.write', ...claims });
  const authorization = async (given?: string) => ({ authorization: `Bearer ${given ?? (await token())}` });
  const world: AltinnWorld = {
    altinn,
    issuer,
    now,
    advance: (ms) => {
      nowMs += ms;
    },
    token,
    body: (changes = {}) => ({
      id: crypto.randomUUID(),
      from: person,
      requiredDelegator: person,
      to: org(bank),
      validTo: new Date(nowMs + 30 * 86_400_000).toISOString(),
      consentRights: [right()],
      redirectUrl: 'https://bank.example/retur?state=abc',
      ...changes,
    }),
    post: async (body, given) =>
      fetch(`${altinn.url}${api}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(await authorization(given)) },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    get: async (path, given) =>
      fetch(path.startsWith('http') ? path : `${altinn.url}${api}/${path}`, { headers: await authorization(given) }),
    lookup: (body) =>
      fetch(`${altinn.url}/accessmanagement/api/v1/maskinporten/consent/lookup`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    create: async (changes) => {
      const body = world.body(changes);
      const answer = await world.post(body);
      if (answer.status !== 201) throw new Error(`Creating answered ${answer.status}.`);
      return body.id;
    },
    close: async () => {
      await altinn.close();
      await issuer.close();
    },
  };
  return world;
}

/** One right; `changes` replace its members. */
export function right(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    action: ['consent'],
    resource: [{ type: 'urn:altinn:resource', value: resourceId }],
    metadata: { navn: 'Eksempelbanken ASA' },
    ...changes,
  };
}

/** An answer's JSON, read without a schema. A member that is absent is `undefined`. */
export async function json(answer: Response): Promise<Record<string, unknown>> {
  return (await answer.json()) as Record<string, unknown>;
}
