// One look-up: what the service says, as a view of the card or as a problem.
import type { Saldo } from './api-types.ts';
import type { StudielanClient } from './client.ts';
import type { FlowPorts } from './flow-ports.ts';
import type { Problem } from './problem.ts';
import type { View, WhyConsent } from './view.ts';

const whyOfCode: Partial<Record<Problem['code'], WhyConsent>> = {
  'consent-required': 'none',
  'consent-rejected': 'rejected',
  'consent-revoked': 'revoked',
  'consent-expired': 'expired',
  'consent-refused': 'refused',
};

/**
 * One call says nearly everything: the saldo, or why there is none. `fresh`: the service must read Altinn first. `again`: a consent that
 * was answered in between is looked up once more. Throws the abort's reason when `signal` is aborted.
 */
export async function lookUp(
  ports: Pick<FlowPorts, 'consentKnown' | 'now'> & { client: Pick<StudielanClient, 'currentConsent' | 'saldo'> },
  { signal, fresh }: { signal: AbortSignal; fresh: boolean },
  again = true,
): Promise<View | Problem> {
  const answer = await ports.client.saldo({ signal, fresh });
  signal.throwIfAborted();
  if (answer.ok) {
    ports.consentKnown('accepted');
    return saldoView(answer.value, ports.now());
  }
  const { code } = answer.problem;
  const why = whyOfCode[code];
  if (why !== undefined) {
    ports.consentKnown(why === 'refused' ? 'rejected' : why);
    return { kind: 'consent-needed', why };
  }
  if (code !== 'consent-pending' && code !== 'not-a-customer') return answer.problem;
  // Both need an address at Altinn that only the consent has.
  const current = await ports.client.currentConsent({ signal });
  signal.throwIfAborted();
  if (!current.ok) return current.problem;
  const consent = current.value;
  ports.consentKnown(consent.state);
  if (consent.state === 'pending') return { kind: 'pending', consentUrl: consent.consentUrl };
  if (consent.state !== 'accepted') return { kind: 'consent-needed', why: consent.state };
  if (code === 'consent-pending' && again) return lookUp(ports, { signal, fresh }, false);
  return { kind: 'not-a-customer', withdrawUrl: consent.withdrawUrl };
}

function saldoView(saldo: Saldo, now: Date): View & { kind: 'saldo' } {
  const due = Date.parse(saldo.consent.renewFrom) <= now.getTime();
  return { kind: 'saldo', saldo, now, renewal: due ? 'due' : 'no', withdrawUrl: saldo.consent.withdrawUrl };
}
