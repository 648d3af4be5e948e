// What can be wrong between this app and the outside. doctor prints these texts, and docs/doctor.md lists them.
import { type Cause, platform } from './cause.ts';
import { keyCauses } from './key-causes.ts';
import { maskinportenCauses } from './maskinporten-causes.ts';
import { partyCauses } from './party-causes.ts';

/** Every cause that doctor can name, in the order of the checks. */
export const causes = {
  'settings-faulty': {
    says: 'Settings are missing or wrong; each is listed by name.',
    who: platform,
    remedy: 'Fix the settings named and restart.',
  },
  ...keyCauses,
  ...maskinportenCauses,
  ...partyCauses,
  'check-failed': {
    says: 'The check itself failed, which says nothing about the part checked.',
    who: 'developers',
    remedy: 'A defect of doctor: report the check and the name of the error.',
  },
} as const satisfies Record<string, Cause>;

/** The name of a cause. */
export type CauseId = keyof typeof causes;
