import type { InvocationContext } from '@azure/functions';
import { UnsecuredJWT } from 'jose';
import { expect, test } from 'vitest';
import { composeCallers } from '../../../shared/compose/crossings.ts';
import type { Infrastructure } from '../../../shared/compose/infrastructure.ts';
import { ProblemError } from '../../../shared/problems.ts';
import { bankOfInvocation, requestContext } from '../../../shared/telemetry/request-context.ts';
import { fourBanks, settingsWith } from '../bank/example-banks.ts';
import { VirtualTime } from '../support/virtual-time.ts';

test('a refused token counts for the bank that it names, and for no bank if it names none', async () => {
  const settings = settingsWith(fourBanks);
  const infrastructure = { http: {}, policy: () => ({}), time: new VirtualTime() };
  const callers = composeCallers(settings, infrastructure as unknown as Infrastructure, () => {
    throw new Error('no token is valid here');
  });
  const bankOf = (claims: Record<string, unknown>) =>
    requestContext.run({ invocation: {} as InvocationContext }, async () => {
      const refused = await callers.verify(`Bearer ${new UnsecuredJWT(claims).encode()}AAAA`, 'valid').catch((e) => e);
      expect(refused).toBeInstanceOf(ProblemError);
      expect(refused).toMatchObject({ code: 'person-token-invalid' });
      return bankOfInvocation();
    });
  for (const { organisationNumber, identityProvider } of settings.banks) {
    const { issuer: iss, audience: aud, bankClaim } = identityProvider;
    expect(await bankOf({ iss, aud, ...(bankClaim && { [bankClaim.name]: bankClaim.value }) })).toBe(
      organisationNumber,
    );
  }
  expect(await bankOf({ iss: 'https://elsewhere.example', aud: 'x' })).toBeUndefined();
});
