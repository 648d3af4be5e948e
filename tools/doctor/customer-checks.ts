import { randomUUID } from 'node:crypto';
import { createAltinn } from '../../shared/altinn/client.ts';
import { createLanekassen } from '../../shared/lanekassen/client.ts';
import type { NationalId } from '../../shared/person/national-id.ts';
import type { Secret } from '../../shared/person/secret.ts';
import type { SharedToken } from '../../shared/upstream/shared-token.ts';
import type { DoctorContext } from './context.ts';
import { type Check, type Finding, fault, ok, unknown } from './finding.ts';
import { fromProblem } from './from-problem.ts';
import type { Tokens } from './maskinporten-checks.ts';

/** True in production. There doctor never asks for a customer's data. */
export const isProduction = (issuer: string) => new URL(issuer).hostname === 'maskinporten.no';

/** The checks that need a customer: Lånekassen's API key and Altinn's access list. Without a customer, their result is `unknown`. */
export function customerChecks(context: DoctorContext, tokens: Tokens, customer: NationalId | undefined): Check[] {
  const without = async () =>
    unknown('This needs a customer: in a test environment, use --with-test-customer <national id>.');
  return [
    {
      id: 'lanekassen-key',
      title: "Lånekassen takes the bank's API key",
      needs: customer ? ['grant-lanekassen', 'lanekassen'] : [],
      run: customer ? () => lanekassen(context, tokens.lanekassen, customer) : without,
    },
    {
      id: 'altinn-access',
      title: 'Altinn lets the bank ask for the consent',
      needs: customer ? ['altinn'] : [],
      run: customer ? () => altinn(context, tokens.altinn, customer) : without,
    },
  ];
}

async function lanekassen(context: DoctorContext, shared: Secret | undefined, customer: NationalId): Promise<Finding> {
  const { settings, bank, http, policy, time, telemetry, deadline } = context;
  if (shared === undefined) return unknown('There is no token.');
  const { baseUrl, consentTransport: transport, authPrefix } = settings.lanekassen;
  const client = createLanekassen(
    { baseUrl, apiKey: bank.lanekassenApiKey, transport, authPrefix },
    { http, policy: policy('lanekassen', settings.policy.lanekassen), time, telemetry },
  );
  try {
    const answer = await client.accounts(customer, async () => ({ shared, consent: undefined }), {
      deadline: deadline(),
      maxAttempts: 1,
      isRetry: false,
      onAttempt: () => {},
    });
    if (answer.kind === 'unauthorised') return fault('lanekassen-refuses');
    // Lånekassen accepts the key and the token, and refuses only because there is no consent. This is the expected answer.
    return ok(answer.kind === 'forbidden' ? 'key and token are accepted; no consent, so no saldo' : answer.kind);
  } catch (error) {
    return fromProblem(error);
  }
}

async function altinn(context: DoctorContext, bearer: Secret | undefined, customer: NationalId): Promise<Finding> {
  const { settings, bank, http, policy, time, telemetry, deadline } = context;
  if (bearer === undefined) return unknown('There is no token.');
  const token: SharedToken = { get: async () => bearer, drop: () => false };
  const client = createAltinn(
    {
      baseUrl: settings.altinn.baseUrl,
      organisationNumber: bank.organisationNumber,
      bankName: bank.name,
      resourceId: settings.altinn.resourceIds[0],
      metadataKey: settings.altinn.metadataKey,
    },
    { http, policy: policy('altinn', settings.policy.altinn), token, time, telemetry },
  );
  try {
    await client.create(
      {
        id: randomUUID(),
        person: customer,
        validTo: time.now() + 3_600_000,
        redirectUrl: `${settings.publicBaseUrl}/api/consents/callback`,
      },
      deadline(),
    );
    return ok('a request was made for the test customer; it expires within the hour');
  } catch (error) {
    return fromProblem(error);
  }
}
