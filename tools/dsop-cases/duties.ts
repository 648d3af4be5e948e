// Decides from the evidence whether DSOP's duties (onboarding C-2 to C-6) are kept. The functions are pure, so that a test can make each fail.
import type { DsopCase } from './cases.ts';
import type { CustomerEvidence, Evidence, LanekassenCall, Stretch } from './evidence.ts';
import { type PersonList, publishedList } from './persons.ts';

/** The verdict. `not-shown`: the run found no breach, but saw too little to say that the duty is kept. */
export type Result = 'pass' | 'fail' | 'not-shown';

/** A duty, what the run saw of it, and the verdict. */
export type Verdict = { id: string; duty: string; result: Result; seen: string };

/**
 * The shortest time between two shared tokens, seconds. A token for Lånekassen is valid for up to 120 s and is renewed shortly before its end.
 * An earlier renewal breaks duty C-3.
 */
const sharedTokenServesSeconds = 90;

const answered = (calls: readonly LanekassenCall[]) => calls.filter(({ status }) => status === 200).length;
const withToken = (calls: readonly LanekassenCall[]) => calls.filter((call) => call.withConsentToken).length;
/** Calls that carried a consent token although Lånekassen had answered 200 before. */
const tokensAfterAnswer = (calls: readonly LanekassenCall[]) => {
  const first = calls.findIndex(({ status }) => status === 200);
  return first < 0 ? 0 : withToken(calls.slice(first + 1));
};
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** What is wrong with a customer's case; empty when it passed. */
export function faultsOf(expected: DsopCase, seen: CustomerEvidence | undefined): string[] {
  if (seen === undefined) return ['not run'];
  if (seen.saldo === undefined) return [seen.stoppedBy ?? 'no saldo was shown'];
  const faults: string[] = [];
  const { accounts, total, addsUp } = seen.saldo;
  if ([...accounts].sort().join() !== [...expected.accounts].sort().join())
    faults.push(`sub-accounts ${accounts.join(', ') || 'none'}, expected ${expected.accounts.join(', ') || 'none'}`);
  if (expected.total !== undefined && total !== expected.total)
    faults.push(`total ${total} one million, expected ${expected.total}`);
  if (!addsUp) faults.push('the total is not the sum of the sub-accounts');
  if (!seen.sameAgain) faults.push('the second view did not give the same answer');
  if (!seen.ended) faults.push('the session did not end at logout');
  if (seen.stoppedBy !== undefined) faults.push(seen.stoppedBy);
  return faults;
}

/** The verdicts on C-2 to C-6. `cases`: those that the run was to go through; `all`: how many the list has; `list`: which it is. */
export function judge(
  cases: readonly DsopCase[],
  all: number,
  evidence: Evidence,
  list: Pick<PersonList, 'words' | 'missing'> = publishedList,
): Verdict[] {
  return [c2(evidence), c3(evidence), c4(evidence), c5(cases, all, evidence, list), c6(evidence)];
}

function c2({ customers, second }: Evidence): Verdict {
  const duty = 'No consent token is fetched at every login: one for each consent until Lånekassen has answered 200.';
  const fresh = customers.filter(({ consentIsNew, saldo }) => consentIsNew && saldo !== undefined);
  // A second one within the same look-up is in order only if Lånekassen has not answered 200 to the first.
  const tooMany = customers.filter(
    ({ consentTokens, firstView, secondView }) =>
      consentTokens > Math.max(1, withToken(firstView)) || tokensAfterAnswer([...firstView, ...secondView]) > 0,
  );
  const later = second === undefined ? 0 : Math.max(second.consentTokens, withToken(second.firstView));
  const seen = `${sum(customers.map(({ consentTokens }) => consentTokens))} consent tokens for ${fresh.length} new consents at the first login; ${second === undefined ? 'no second login was made' : `${later} at the ${second.logins} second logins`}.`;
  if (tooMany.length > 0 || later > 0) return { id: 'C-2', duty, result: 'fail', seen };
  const isShown =
    second !== undefined &&
    second.answered > 0 &&
    fresh.length > 0 &&
    fresh.every(({ firstView }) => withToken(firstView) > 0);
  return { id: 'C-2', duty, result: isShown ? 'pass' : 'not-shown', seen };
}

function c3({ stretches, second }: Evidence): Verdict {
  const duty = 'No Maskinporten token per login: one is shared by all customers for as long as it lives.';
  const allowed = ({ seconds }: Stretch) => 1 + Math.floor(seconds / sharedTokenServesSeconds);
  const logins = sum(stretches.map((stretch) => stretch.logins));
  const tokens = sum(stretches.map(({ sharedTokens }) => sharedTokens));
  const most = sum(stretches.map(allowed));
  const seen = `${tokens} shared token(s) for ${logins} logins in ${Math.round(sum(stretches.map(({ seconds }) => seconds)))} s; at most ${most} were in order.`;
  if ([...stretches, ...(second === undefined ? [] : [second])].some((one) => one.sharedTokens > allowed(one)))
    return { id: 'C-3', duty, result: 'fail', seen };
  // Logins must have come faster than tokens may: where a person's answer lies between, one a login would look the same.
  const isShown = tokens > 0 && second !== undefined && second.answered > allowed(second);
  return { id: 'C-3', duty, result: isShown ? 'pass' : 'not-shown', seen };
}

function c4({ customers, second }: Evidence): Verdict {
  const duty = 'Lånekassen is called once in a login session; a second view of the page makes no call.';
  const shown = customers.filter(({ saldo }) => saldo !== undefined);
  const again = sum(customers.map(({ secondView }) => secondView.length)) + (second?.secondView.length ?? 0);
  const first = sum(customers.map(({ firstView }) => answered(firstView))) + answered(second?.firstView ?? []);
  const logins = shown.length + (second?.answered ?? 0);
  const seen = `${first} answers of Lånekassen in ${logins} login sessions; ${again} calls at the second views.`;
  if (again > 0 || shown.some(({ firstView }) => answered(firstView) > 1) || first > logins)
    return { id: 'C-4', duty, result: 'fail', seen };
  // A saldo for which no call was seen means that the counts were not taken where the calls went.
  return { id: 'C-4', duty, result: logins > 0 && first === logins ? 'pass' : 'not-shown', seen };
}

function c5(
  cases: readonly DsopCase[],
  all: number,
  { customers }: Evidence,
  { words, missing }: Pick<PersonList, 'words' | 'missing'>,
): Verdict {
  const duty = `The integration test with ${words}.`;
  const failed = cases.filter((one) => faultsOf(one, evidenceOf(customers, one)).length > 0);
  const seen = `${cases.length - failed.length} of ${all} passed${failed.length === 0 ? '' : `; failed: ${failed.map((one) => one.case).join(', ')}`}.`;
  if (failed.length > 0) return { id: 'C-5', duty, result: 'fail', seen };
  if (missing.length > 0)
    return {
      id: 'C-5',
      duty,
      result: 'not-shown',
      seen: `${seen} No person of the list has the sub-accounts of DSOP's cases ${missing.join(', ')}.`,
    };
  return { id: 'C-5', duty, result: cases.length === all ? 'pass' : 'not-shown', seen };
}

function c6({ customers, logo }: Evidence): Verdict {
  const duty = "Lånekassen's logo is in the immediate vicinity of the balance.";
  const without = customers.filter(({ saldo }) => saldo !== undefined && !saldo.logoRequired);
  if (without.length > 0)
    return { id: 'C-6', duty, result: 'fail', seen: `${without.length} answers do not ask for the logo.` };
  const faults = logo.widths.filter(({ fault }) => fault !== undefined);
  if (faults.length > 0)
    return {
      id: 'C-6',
      duty,
      result: 'fail',
      seen: faults.map(({ px, fault }) => `${logo.page} at ${px} px: ${fault}`).join('; '),
    };
  if (logo.notSeen !== undefined || logo.widths.length === 0)
    return { id: 'C-6', duty, result: 'not-shown', seen: logo.notSeen ?? 'No page was looked at.' };
  return {
    id: 'C-6',
    duty,
    result: 'pass',
    seen: `${logo.page}: ${logo.widths.map(({ px, seen }) => `at ${px} px ${seen}`).join('; ')}.`,
  };
}

/** What was seen of a case. */
export const evidenceOf = (customers: readonly CustomerEvidence[], one: DsopCase): CustomerEvidence | undefined =>
  customers.find((seen) => seen.case === one.case);
