// Random requests against a local world. No request may end in a 500 or in an undocumented answer.
import fc from 'fast-check';
import { readTarget } from '../../local/host/request-path.ts';
import { dsopCustomers } from '../../local/simulators/test-customers.ts';
import type { World } from '../../local/test-world.ts';
import { openapiDocument } from '../../tools/docs/openapi/document.ts';
import { FrontEnd } from '../integration/front-end.ts';
import { createAnswerCheck } from './answer-check.ts';
import { type Authorizations, requestsOf, type Try } from './random-requests.ts';
import { type RawReply, sendRaw } from './send-raw.ts';

/** How many requests run at once. */
const batch = 50;

/** The number of answers by operation and answer: `getSaldo 200`. For answers of the platform: `platform 404`. */
export type Tally = Map<string, number>;

/**
 * Sends `tries` random requests. Fails for an answer that is not allowed, with its request, and with the seed that repeats the whole run.
 */
export async function runRandom(world: World, tries: number): Promise<Tally> {
  const document = openapiDocument();
  const check = createAnswerCheck(document);
  const { origin, pathname } = new URL(world.apiUrl);
  const requests = requestsOf(
    document,
    await authorizations(world, 60 + Math.ceil(tries / 8)),
    pathname,
    `${world.bankUrl}/`,
  );
  const tally: Tally = new Map();
  const count = (what: string) => tally.set(what, (tally.get(what) ?? 0) + 1);

  const judge = ({ operation, fits, request }: Try, reply: RawReply): string[] => {
    if (reply.headers['x-request-id'] === undefined) {
      count(`platform ${reply.status}`);
      // The platform's own answer: empty, and for a request to no function.
      const own = [204, 400, 404, 414, 431].includes(reply.status) && reply.body.length === 0;
      return [
        ...(own ? [] : [`the platform's ${reply.status}`]),
        ...(fits ? [`the platform answers what the document allows, by ${reply.status}`] : []),
      ];
    }
    const text = reply.body.toString('utf8');
    const code = text.startsWith('{') ? String((JSON.parse(text) as { code?: unknown }).code ?? '') : '';
    count(`${operation} ${reply.status} ${code}`.trim());
    const path = `/${readTarget(request.path)?.segments.join('/')}`.replace(/^(\/api\/problems\/)[^/]+$/, '$1{code}');
    return [
      ...check({ ...reply, method: request.method, route: path, requestId: undefined }),
      ...(reply.status === 500 ? ['a 500'] : []),
      // `logout_token` is only a text in the document, but the app requires more.
      ...(fits && code === 'request-invalid' && operation !== 'backchannelLogout'
        ? ['refused, though the document allows it']
        : []),
    ];
  };

  await fc.assert(
    fc.asyncProperty(fc.array(requests, { minLength: batch, maxLength: batch }), async (list) => {
      answerInAltinn(world);
      const faults = await Promise.all(
        list.map(async (one) => {
          const found = judge(one, await sendRaw(origin, one.request));
          return found.length === 0 ? [] : [{ request: shown(one), found }];
        }),
      );
      if (faults.flat().length > 0) throw new Error(JSON.stringify(faults.flat(), undefined, 2));
    }),
    {
      numRuns: Math.ceil(tries / batch),
      // The world changes with each request, so a failing run cannot be shrunk. The error names the request.
      endOnFailure: true,
      reporter({ failed, seed, errorInstance }) {
        if (failed)
          throw new Error(`seed ${seed}: ${errorInstance instanceof Error ? errorInstance.message : errorInstance}`);
      },
    },
  );
  return tally;
}

/** Plays the customers during the run: they accept, refuse or do nothing in Altinn, so the saldo is reached too. */
function answerInAltinn(world: World): void {
  const { requests, approve, reject } = world.altinn.control;
  const open = requests().filter(({ status }) => status === 'Created');
  for (const [index, { id }] of open.entries()) {
    if (index % 4 < 2) approve(id);
    else if (index % 4 === 2) reject(id);
  }
}

/** A request for a report. Tokens are cut, because they are long and their world is gone by then. */
function shown({ request: { headers, body, ...rest } }: Try) {
  const { authorization, ...others } = headers;
  return {
    ...rest,
    authorization: String(authorization).slice(0, 30),
    ...others,
    body: body && Buffer.from(body).toString('latin1').slice(0, 200),
  };
}

/** `sessions` tokens of customers in every state (logouts use them up), and everything that is not a valid token. */
async function authorizations(world: World, sessions: number): Promise<Authorizations> {
  const frontEnd = new FrontEnd(world);
  const { login, logoutToken, sign } = world.bankLogin.control;
  const people = dsopCustomers.map(({ nationalId }) => nationalId);
  const good: string[] = [];
  for (let index = 0; index < sessions; index++)
    good.push(await login(people[index % people.length] ?? '', { expiresInSeconds: 3600 }));
  for (const token of good.slice(0, 12)) await frontEnd.giveConsent(token);
  const [someone = ''] = people;
  const valid = good[0] ?? '';
  const [head = '', payload = '', signature = ''] = valid.split('.');
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  const bad = [
    ...(await Promise.all([
      login(someone, { expiresInSeconds: -3600 }),
      login(someone, { claims: { aud: 'another' } }),
      login(someone, { claims: { iss: 'https://elsewhere.example' } }),
      login(someone, { claims: { pid: undefined } }),
      login(someone, { claims: { pid: '12345678901' } }),
      login(someone, { claims: { pid: 12 } }),
      login(someone, { claims: { sid: undefined } }),
      login(someone, { claims: { sid: 'x'.repeat(600) } }),
      login(someone, { claims: { nbf: Math.floor(Date.now() / 1000) + 3600 } }),
      login(someone, { header: { typ: 'logout+jwt' } }),
      logoutToken({ sub: 'x' }),
      sign({}),
    ])),
    `${none}.${payload}.`,
    `${head}.${payload}.${signature.slice(0, -4)}AAAA`,
    `${head}.${Buffer.from('{}').toString('base64url')}.${signature}`,
    `${head}.${payload}`,
    `${valid}.x`,
    'x'.repeat(9000),
    '',
    'æøå',
  ].map((token) => `Bearer ${token}`);
  return {
    good: good.map((token) => `Bearer ${token}`),
    bad: [...bad, 'Bearer', 'Basic dTpw', valid, `DPoP ${valid}`, `Bearer ${valid}, Bearer ${valid}`],
  };
}
