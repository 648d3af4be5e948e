// Calls the app's own API as a bank's front end does, and finds the party that must fix a wrong answer.
import { isProblemCode } from '../../shared/problem-catalogue.ts';
import { ProblemError } from '../../shared/problems.ts';
import { fromProblem } from '../doctor/from-problem.ts';
import type { Answer } from '../dsop-cases/bank-api.ts';
import { blameOf, brokenParty, type Party, RedStep } from './contacts.ts';
import type { Day } from './day.ts';

/** The person token of the current login session, for each day. */
const tokens = new WeakMap<Day, string>();

/** Logs the test person in again: a new session. */
export async function logIn(day: Day): Promise<void> {
  tokens.set(day, await day.app.login(day.person.nationalId.reveal()));
}

/** Calls the API as the test person, and logs in before the first call. An answer of another status is a red step. */
export async function call(
  day: Day,
  method: string,
  path: string,
  expected: readonly number[],
  body?: object,
): Promise<Answer> {
  if (!tokens.has(day)) await logIn(day);
  const answer = await day.app.api(method, path, tokens.get(day) ?? '', body);
  if (!expected.includes(answer.status)) throw inApp(day, answer, `${method} ${path} gave ${answer.status}`);
  return answer;
}

/** The party that must fix a problem, by its code. For other codes the fault in the app's log names it. */
const byCode: Readonly<Record<string, { who: Party; remedy: string }>> = {
  'consent-refused': {
    who: 'Lånekassen',
    remedy: 'Lånekassen refuses a consent that Altinn calls accepted: send it the request ids.',
  },
  'consent-person-mismatch': {
    who: 'developers',
    remedy: 'The consent is about another person, bank or resource: stop, and find out why.',
  },
  'person-token-invalid': { who: 'developers', remedy: "The script's own login is refused by the app: report it." },
  'too-many-requests': {
    who: 'the person who clicks',
    remedy: 'At most 5 new consent requests an hour for one person: wait, or take another person.',
  },
};

/** A wrong answer of the app as a red step. The app's log has the fault, under the request id. */
export function inApp(day: Day, { seen }: Answer, says: string): RedStep {
  const { code, requestId } = seen;
  const logged = day
    .log()
    .split('\n')
    .find((line) => line.includes(requestId) && line.includes('"event":"problem"'));
  const fault = /"fault":"([^"]+)"/.exec(logged ?? '')?.[1];
  const found = `${says}${code === undefined ? '' : ` ${code}`}${fault === undefined ? '' : ` (${fault})`}; X-Request-Id ${requestId}`;
  const known = byCode[code ?? ''];
  if (known) return new RedStep({ says: found, ...known });
  const cause =
    fault !== undefined && code !== undefined && isProblemCode(code)
      ? fromProblem(new ProblemError(code, { fault })).cause
      : undefined;
  const broken = brokenParty(fault);
  if (broken) return new RedStep({ ...broken, says: found });
  if (cause !== undefined && cause !== 'check-failed') return new RedStep({ ...blameOf(cause), says: found });
  return new RedStep({
    says: found,
    who: 'developers',
    remedy: 'Search for the request id in the app log, which is in the folder of the report.',
  });
}
