import type { ProblemCode } from '../problem-catalogue.ts';
import { ProblemError } from '../problems.ts';

/** What a problem code of Altinn means to us (docs/contracts/altinn-consent.md §7), and what an operator must do. */
type AltinnRefusal = {
  problem: Extract<ProblemCode, 'configuration' | 'upstream-invalid-reply'>;
  action: string;
};

const ours = (action: string): AltinnRefusal => ({ problem: 'configuration', action });
const unexpected = (action: string): AltinnRefusal => ({ problem: 'upstream-invalid-reply', action });

/** By code. A code that is not here becomes `configuration`: Altinn has refused our request for a reason that stays. */
const altinnRefusals: Readonly<Record<string, AltinnRefusal>> = {
  'AM-00000': ours(
    'Altinn says that the consent is not this organisation’s: check the bank’s organisationNumber and the client.',
  ),
  'AM-00001': unexpected('Altinn does not know a consent that it has answered for.'),
  'AM-00002': unexpected('Altinn refuses the consent’s status, though we do not answer for customers.'),
  'AM-00003': ours('Altinn does not know the organisation: check the bank’s organisationNumber.'),
  'AM-00004': ours('Altinn does not know the person: test persons in production, or the other way round?'),
  'AM-00005': ours('Altinn does not know the consent resource: check ALTINN_CONSENT_RESOURCE_ID.'),
  'AM-00006': ours('The resource has no such metadata key: check ALTINN_CONSENT_METADATA_KEY.'),
  'AM-00007': ours('The metadata value is empty: check the bank’s name.'),
  'AM-00008': ours('The resource wants another metadata key: check ALTINN_CONSENT_METADATA_KEY.'),
  'AM-00009': ours('Altinn refuses the combination of resources: ask Lånekassen.'),
  'AM-00010': unexpected('Altinn says “cannot be revoked” to a call that revokes nothing.'),
  'AM-00011': unexpected('Altinn says “is revoked” to a call that uses nothing.'),
  'AM-00012': unexpected('Altinn says that the consented party differs from the one asked.'),
  'AM-00013': unexpected('Altinn says “expired” to a call that uses nothing.'),
  'AM-00014': unexpected('Altinn says “not accepted” to a call that uses nothing.'),
  'AM-00015': unexpected('Altinn says “cannot be rejected” to a call that rejects nothing.'),
  'AM-00016': unexpected('Our consent id is in Altinn for other parties: the request is given up and made again.'),
  'STD-00000': ours(
    'Altinn’s validation refuses our request: check PUBLIC_BASE_URL, CONSENT_VALIDITY_DAYS and the clock.',
  ),
  'STD-00001': ours('Altinn found several faults in our request: check resource id, metadata key and PUBLIC_BASE_URL.'),
};

/** An answer without a code: the scope policy, another consumer, or the access list (§7). */
const bareRefusals: Readonly<Record<number, string>> = {
  401: 'Altinn refuses our token twice: check ALTINN_SCOPE and the consumer of the Maskinporten client.',
  403: "The bank is not on the resource's access list, or the scope is missing: ask Lånekassen and Digdir.",
};

/** Altinn refuses our request. */
export class AltinnError extends ProblemError {
  /** Altinn's own error code (`AM-00016`); `undefined`: it gave none. */
  readonly altinnCode: string | undefined;

  constructor(altinnCode: string | undefined, status: number) {
    super((altinnCode && altinnRefusals[altinnCode]?.problem) || 'configuration', {
      fault: `altinn-${(altinnCode ?? String(status)).toLowerCase()}`,
      party: 'altinn',
    });
    this.altinnCode = altinnCode;
  }
}

/** What an operator must do about a refusal. */
export function repairOf(altinnCode: string | undefined, status: number): string {
  const known = altinnCode === undefined ? bareRefusals[status] : altinnRefusals[altinnCode]?.action;
  return known ?? 'Altinn refuses our request for a reason that is not in its table.';
}
