import { ConsentNotUsable } from '../../shared/maskinporten/token-client.ts';
import { asProblem } from '../../shared/problems.ts';
import type { CauseId } from './causes.ts';
import { type Finding, fault } from './finding.ts';

/** The program's names of faults, and the cause of each. The first that matches is used. */
const table: readonly [RegExp, CauseId][] = [
  [/^key-vault-(?:identity-)?401$/, 'vault-refuses-identity'],
  [/^key-vault-403$/, 'vault-no-sign'],
  [/^key-vault-404$/, 'vault-key-missing'],
  [/^certificate-of-another-key$/, 'certificate-of-another-key'],
  [/^(?:key-vault|identity)-/, 'vault-unreachable'],
  [/^maskinporten-mp-100-kid$/, 'kid-unknown'],
  [/^maskinporten-mp-100$/, 'client-unknown'],
  [/^maskinporten-mp-110$/, 'wrong-audience'],
  [/^maskinporten-mp-12[023]$/, 'certificate-refused'],
  [/^maskinporten-mp-121$/, 'registered-key-expired'],
  [/^maskinporten-mp-124$/, 'wrong-signature'],
  [/^maskinporten-mp-130$/, 'clock-behind'],
  [/^maskinporten-clock-ahead$/, 'clock-ahead'],
  [/^maskinporten-mp-20[01]$/, 'scope-missing'],
  [/^maskinporten-mp-250$/, 'no-access'],
  [/^maskinporten-mp-251$/, 'not-delegated'],
  [/^maskinporten-consumer-org$/, 'consumer-org-own'],
  [/^maskinporten-mp-\d+$/, 'grant-refused'],
  // Without a code of Maskinporten's, the answer comes from another host or a gateway.
  [/^maskinporten-(?:metadata|status-4\d\d$)/, 'maskinporten-metadata'],
  [/^(?:maskinporten-token|token-consumer$)/, 'token-invalid'],
  [/^maskinporten-/, 'maskinporten-unreachable'],
  [/^altinn-401$/, 'altinn-refuses-token'],
  [/^altinn-403$/, 'altinn-access-list'],
  [/^altinn-am-00005$/, 'consent-resource-unknown'],
  [/^altinn-(?:am|std)-/, 'altinn-refuses-request'],
  [/^altinn-/, 'altinn-unreachable'],
  [/^lanekassen-401/, 'lanekassen-refuses'],
  [/^lanekassen-/, 'lanekassen-unreachable'],
  [/^tables-of-another-bank$/, 'tables-of-another-bank'],
  [/^tables-refused/, 'storage-refused'],
  [/^tables-/, 'storage-unreachable'],
];

/** The cause of an error that the program's own parts have thrown. */
export function fromProblem(error: unknown): Finding {
  if (error instanceof ConsentNotUsable) return fault('grant-refused', error.message);
  const problem = asProblem(error);
  const name = problem.fault ?? problem.code;
  const cause = table.find(([pattern]) => pattern.test(name))?.[1];
  return fault(cause ?? 'check-failed', name);
}
