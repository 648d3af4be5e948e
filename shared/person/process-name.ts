import { randomBytes } from 'node:crypto';
import type { NationalId } from './national-id.ts';
import { type PersonKey, personKey } from './person-key.ts';
import { Secret } from './secret.ts';

const secret = new Secret(randomBytes(32).toString('base64'));

/** A keyed name of a person that lasts as long as the process. It only distinguishes customers in memory. */
export function processName(nationalId: NationalId): PersonKey {
  return personKey(secret, nationalId);
}
