// Fictitious people from DSOP's published list of test customers.
import { NationalId } from '../../../shared/person/national-id.ts';

export const steinar = person('01085301957');
export const ahmad = person('01097601522');

/** A national id; throws if it is not valid. */
export function person(digits: string): NationalId {
  const parsed = NationalId.parse(digits);
  if (!parsed) throw new Error('not a national id');
  return parsed;
}
