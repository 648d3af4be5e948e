// May this client have this scope, on its own behalf or as a supplier for another organisation (maskinporten_func_delegering)?
import type { VerifiedAssertion } from './assertion.ts';
import { Refusal } from './refusal.ts';

/** For whom the token is: the consumer's organisation number, and the supplier's when it acts for the consumer. */
export type Authority = { consumer: string; supplier: string | undefined };

/** Checks scope and `consumer_org`. Refuses with MP-200, MP-201, MP-250, MP-251, or without a code for the own organisation. */
export function authorityOf({ client, claims }: VerifiedAssertion): Authority {
  const scopes = claims.scope.split(' ');
  if (scopes.some((scope) => !client.scopes.includes(scope))) throw Refusal.of('MP-200');
  if (scopes.some((scope) => client.userLoginScopes?.includes(scope))) throw Refusal.of('MP-201');
  const consumer = claims.consumer_org;
  if (consumer === undefined) return { consumer: client.organisationNumber, supplier: undefined };
  if (consumer === client.organisationNumber) {
    throw new Refusal(400, 'invalid_request', "Invalid assertion. consumer_org is the client's own organisation.");
  }
  const delegation = client.delegations?.find((each) => each.consumerOrg === consumer);
  if (scopes.some((scope) => delegation?.withoutAccess?.includes(scope))) throw Refusal.of('MP-250');
  if (!scopes.every((scope) => delegation?.scopes.includes(scope))) throw Refusal.of('MP-251');
  return { consumer, supplier: client.organisationNumber };
}
