import type { Active } from '../consent/consent-in-force.ts';
import type { Caller } from '../person/caller.ts';
import type { Secret } from '../person/secret.ts';
import { isConsentProblem } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { FetchPorts } from './fetch-ports.ts';

/**
 * A consent token for one look-up. Where Maskinporten refuses the consent, it throws the problem of consent that Altinn names, and
 * `consent-refused` where Altinn still calls it accepted.
 */
export async function consentTokenFor(
  ports: Pick<FetchPorts, 'consentTokens' | 'consentDoubt' | 'consentCheck'>,
  caller: Caller,
  active: Active,
  deadline: Deadline,
): Promise<Secret> {
  try {
    const token = await ports.consentTokens.fetch(active.consent.id, caller.nationalId, deadline);
    ports.consentCheck.recordToken();
    return token;
  } catch (error) {
    const doubt = ports.consentDoubt(error);
    if (doubt === undefined) throw error;
    // Only Altinn knows the reason. If the consent was withdrawn or has expired, this throws.
    await ports.consentCheck.verifyInAltinn(active, deadline).catch((reading: unknown) => {
      throw doubt === 'refused' || isConsentProblem(reading) ? reading : error;
    });
    // Altinn confirms the consent, so it was an outage.
    if (doubt === 'possible') throw error;
    throw await ports.consentCheck.recordRefusal(active, 'token', deadline);
  }
}
