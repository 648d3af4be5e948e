// The run itself: each customer from consent to logout, then all of them again at the same time.
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Answer, BankApi } from './bank-api.ts';
import type { DsopCase } from './cases.ts';
import type { Counter, Counts, CustomerEvidence, SecondLogin, Stretch } from './evidence.ts';
import { seenSaldo } from './seen-saldo.ts';

/** What a run needs. */
export type Target = {
  api: BankApi;
  /** A person token of a new login session. */
  login(nationalId: string): Promise<string>;
  /** Gets the customer's consent at `consentUrl`. False: it was not given. `state` reads its state. */
  consent(customer: DsopCase, consentUrl: string, state: () => Promise<string>): Promise<boolean>;
  counter: Counter;
  /** The page that the customer returns to. */
  returnUrl: string;
  /** How many log in at once in the second round. */
  allInOrder: number;
};

/** How often a look-up is retried when the API answers with Retry-After, and the longest wait, seconds. */
const triesMost = 4;
const waitMostSeconds = 30;

async function lookUp(target: Target, token: string, calls: Answer[]): Promise<Answer> {
  for (let number = 1; ; number++) {
    const answer = await target.api('GET', '/saldo', token);
    calls.push(answer);
    const { retryAfterSeconds } = answer.body;
    if (answer.status !== 503 || typeof retryAfterSeconds !== 'number' || number >= triesMost) return answer;
    await sleep(Math.min(retryAfterSeconds, waitMostSeconds) * 1000);
  }
}

const since = (before: Counts, after: Counts) => ({
  calls: after.lanekassen.slice(before.lanekassen.length),
  consentTokens: after.consentTokens - before.consentTokens,
  sharedTokens: after.sharedTokens - before.sharedTokens,
});

const inWords = ({ seen }: Answer) =>
  `${seen.call} gave ${seen.status}${seen.code === undefined ? '' : ` ${seen.code}`}`;

/** One customer: login, consent, two views, logout. Never throws for what the upstreams or the API answer. */
export async function runCustomer(target: Target, customer: DsopCase): Promise<CustomerEvidence> {
  const answers: Answer[] = [];
  const call = async (method: string, path: string, token: string, body?: object) => {
    const answer = await target.api(method, path, token, body);
    answers.push(answer);
    return answer;
  };
  const evidence: CustomerEvidence = {
    case: customer.case,
    at: new Date().toISOString(),
    consentIsNew: false,
    calls: [],
    sameAgain: false,
    ended: false,
    firstView: [],
    secondView: [],
    consentTokens: 0,
  };
  const done = (stoppedBy?: string): CustomerEvidence => ({
    ...evidence,
    calls: answers.map(({ seen }) => seen),
    ...(stoppedBy === undefined ? {} : { stoppedBy }),
  });

  const token = await target.login(customer.nationalId);
  const asked = await call('POST', '/consents', token, { returnUrl: target.returnUrl });
  if (asked.status !== 200 && asked.status !== 201) return done(inWords(asked));
  if (asked.body.state !== 'accepted') {
    evidence.consentIsNew = true;
    const state = async () => String((await target.api('GET', '/consents/current', token)).body.state);
    if (!(await target.consent(customer, String(asked.body.consentUrl), state)))
      return done('the consent was not given');
  }

  const before = await target.counter.read();
  const first = await lookUp(target, token, answers);
  const between = await target.counter.read();
  const second = await call('GET', '/saldo', token);
  const after = await target.counter.read();
  const inFirst = since(before, between);
  evidence.firstView = inFirst.calls;
  evidence.secondView = since(between, after).calls;
  evidence.consentTokens = since(before, after).consentTokens;
  if (first.status !== 200) return done(inWords(first));
  try {
    evidence.saldo = seenSaldo(first.body);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return done(error.message);
  }
  evidence.sameAgain = second.status === 200 && isDeepStrictEqual(first.body, second.body);

  const out = await call('DELETE', '/session', token);
  const late = await call('GET', '/saldo', token);
  evidence.ended = out.status === 204 && late.status === 401 && late.body.code === 'session-ended';
  return done();
}

/** The customers log in once more, `allInOrder` at a time: no consent token, one shared token, one call each. */
export async function runSecondLogins(target: Target, customers: readonly DsopCase[]): Promise<SecondLogin> {
  const startedAt = performance.now();
  const second: Omit<SecondLogin, keyof Stretch> = { answered: 0, firstView: [], secondView: [], consentTokens: 0 };
  const start = await target.counter.read();
  for (let index = 0; index < customers.length; index += target.allInOrder) {
    const group = customers.slice(index, index + target.allInOrder);
    const tokens = await Promise.all(group.map(({ nationalId }) => target.login(nationalId)));
    const before = await target.counter.read();
    const views = await Promise.all(tokens.map((token) => lookUp(target, token, [])));
    const between = await target.counter.read();
    await Promise.all(tokens.map((token) => target.api('GET', '/saldo', token)));
    const after = await target.counter.read();
    await Promise.all(tokens.map((token) => target.api('DELETE', '/session', token)));
    second.answered += views.filter(({ status }) => status === 200).length;
    second.firstView.push(...since(before, between).calls);
    second.secondView.push(...since(between, after).calls);
    second.consentTokens += since(before, after).consentTokens;
  }
  const { sharedTokens } = since(start, await target.counter.read());
  const seconds = (performance.now() - startedAt) / 1000;
  return { ...second, logins: customers.length, sharedTokens, seconds };
}
