// The validator itself: correct answers pass, and each kind of fault is reported. Each case changes one example in one place.
import { expect, test } from 'vitest';
import { openapiDocument } from '../../tools/docs/openapi/document.ts';
import { type Answered, createAnswerCheck } from './answer-check.ts';

const id = '8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa';
const check = createAnswerCheck(openapiDocument());
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

const common = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'access-control-expose-headers': 'Retry-After, X-Request-Id',
  'x-request-id': id,
};
const json = { ...common, 'content-type': 'application/json' };
const saldo = {
  total: { amount: '1.01', currency: 'NOK' },
  accounts: [],
  fetchedAt: '2026-11-23T08:15:02.114Z',
  heldUntil: '2026-11-23T09:15:02.114Z',
  source: { name: 'Lånekassen', logoRequired: true },
  consent: {
    validTo: '2027-11-23T08:15:02.114Z',
    renewFrom: '2027-10-23T08:15:02.114Z',
    withdrawUrl: 'https://am.ui.altinn.no/accessmanagement/ui/consent/active',
  },
};
const good: Answered = { method: 'GET', route: '/api/saldo', status: 200, headers: json, body: bytes(saldo) };
const busy = {
  type: 'https://studielan.bank.example/api/problems/upstream-busy',
  title: 'A service we depend on is busy',
  status: 503,
  code: 'upstream-busy',
  instance: `urn:uuid:${id}`,
  retryAfterSeconds: 7,
};
const problem = (body: object, headers: Record<string, string> = { 'retry-after': '7' }): Partial<Answered> => ({
  status: 503,
  headers: { ...common, 'content-type': 'application/problem+json', ...headers },
  body: bytes(body),
});
const { 'x-request-id': _, ...withoutId } = json;

test.each<[string, Partial<Answered>]>([
  ['a saldo', {}],
  ['CORS headers of the platform', { headers: { ...json, 'access-control-allow-origin': 'https://x.example' } }],
  ['a problem', problem(busy)],
  [
    'nothing after logout',
    { method: 'DELETE', route: '/api/session', status: 204, headers: common, body: bytes('').subarray(2) },
  ],
])('%s is accepted', (_name, change) => expect(check({ ...good, ...change })).toEqual([]));

test.each<[string, Partial<Answered>, string]>([
  [
    'a wrong body: a number for an amount',
    { body: bytes({ ...saldo, total: { amount: 1.01, currency: 'NOK' } }) },
    '/total/amount must be string',
  ],
  [
    'a wrong body: one member too many',
    { body: bytes({ ...saldo, nationalId: 'x' }) },
    'must NOT have additional properties',
  ],
  [
    'a wrong body: a third decimal',
    { body: bytes({ ...saldo, total: { amount: '1.005', currency: 'NOK' } }) },
    'must match pattern',
  ],
  [
    'a wrong body: an instant without its zone',
    { body: bytes({ ...saldo, fetchedAt: '2026-11-23T08:15:02.114' }) },
    '/fetchedAt must match',
  ],
  ['no JSON', { body: Buffer.from('{') }, 'no JSON'],
  ['no UTF-8', { body: Buffer.from([0x22, 0xff, 0x22]) }, 'no JSON in UTF-8'],
  ['an undocumented status', { status: 418 }, 'status 418 is not documented'],
  ['an undocumented route', { route: '/api/elsewhere' }, 'the route is not documented'],
  ['an undocumented method', { method: 'PUT' }, 'the route is not documented'],
  ['a missing header', { headers: withoutId }, 'header X-Request-Id is missing'],
  ['a header of another value', { headers: { ...json, 'cache-control': 'private' } }, 'header Cache-Control'],
  ['an undocumented header', { headers: { ...json, 'set-cookie': 'a=b' } }, 'header set-cookie is not documented'],
  [
    'another content type',
    { headers: { ...json, 'content-type': 'text/html' } },
    'content type text/html is not documented',
  ],
  [
    "another request id than the caller's",
    { requestId: '11111111-5c1b-4f5e-9a53-2f5ed0c2b7aa' },
    'request id does not come back',
  ],
  [
    'a problem that is not documented there',
    problem({ ...busy, code: 'not-a-customer' }),
    'code not-a-customer is not documented here',
  ],
  ['a problem with another title', problem({ ...busy, title: 'Busy' }), '/title must be equal to constant'],
  ['a problem without Retry-After', problem(busy, {}), 'Retry-After is undefined, the body says 7'],
  [
    'a delay in the header alone',
    problem({ ...busy, code: 'configuration', retryAfterSeconds: undefined }),
    'the body says undefined',
  ],
  ['a problem whose body has another status', problem({ ...busy, status: 500 }), "the body's status is 500"],
  [
    'a defect of ours',
    {
      ...problem(
        {
          ...busy,
          status: 500,
          code: 'internal',
          title: 'The service has a defect',
          retryAfterSeconds: undefined,
          type: busy.type.replace('upstream-busy', 'internal'),
        },
        {},
      ),
      status: 500,
    },
    'a defect of ours',
  ],
  ['a body after logout', { method: 'DELETE', route: '/api/session', status: 204 }, 'a body where none is documented'],
  ['a function that threw', { status: 500, headers: {}, body: Buffer.from(''), failed: true }, 'the function threw'],
])('%s is found', (_name, change, said) => {
  const faults = check({ ...good, ...change });
  expect(faults.join('\n')).toContain(said);
});
