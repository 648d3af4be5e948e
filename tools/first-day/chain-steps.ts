// The steps before any customer: settings, doctor, and a grant for each scope.
import { readSettings } from '../../shared/settings.ts';
import { examine } from '../doctor/doctor.ts';
import { blameOf, RedStep } from './contacts.ts';
import type { Day } from './day.ts';
import type { Answer } from './questions.ts';
import type { Step } from './steps.ts';

/** The steps settings, doctor, and the grants without a consent. */
export function chainSteps(day: Day): Step[] {
  return [
    {
      id: 'settings',
      title: 'The settings are sound',
      about: 'a second',
      async run() {
        // Throws if the settings have faults.
        const { bank } = day;
        const { unknown } = readSettings(day.atHand);
        return {
          seen:
            unknown.length === 0
              ? `all of them, of the bank ${bank.organisationNumber}`
              : `unknown names, without effect: ${unknown.join(', ')}`,
        };
      },
    },
    { id: 'doctor', title: 'Doctor finds nothing to fix', about: 'a quarter of a minute', run: () => doctor(day) },
    {
      id: 'grant-altinn',
      title: "Maskinporten gives a token for Altinn's consent API",
      about: 'a second',
      run: () => grant(day, 'altinn'),
    },
    {
      id: 'grant-lanekassen',
      title: 'Maskinporten gives a token for Lånekassen',
      about: 'a second',
      run: () => grant(day, 'lanekassen'),
    },
  ];
}

/** Checks of doctor that a step of this script replaces, because their answer may be another setting. */
const ownSteps = ['consent-resource'];

async function doctor(day: Day) {
  const results = await examine({ environment: day.atHand, bank: day.bank.organisationNumber, report: () => {} });
  const fault = results.find(({ id, status }) => status === 'fault' && !ownSteps.includes(id));
  if (fault)
    throw new RedStep(blameOf(fault.cause ?? 'check-failed', `${fault.id}${fault.note ? `: ${fault.note}` : ''}`));
  const warnings = results.filter(({ status }) => status === 'warning').map(({ id, cause }) => `${id} (${cause})`);
  return {
    seen: `${results.filter(({ status }) => status === 'ok').length} checks in order${warnings.length === 0 ? '' : `; warnings, see npm run doctor: ${warnings.join(', ')}`}`,
  };
}

async function grant(day: Day, name: 'altinn' | 'lanekassen') {
  const { tokens, grants, deadline } = day.context;
  const { lifeMs } = await tokens.request(grants[name], deadline());
  const { scope } = grants[name];
  const life: Answer = { question: 'U15', seen: `${scope}: ${Math.round(lifeMs / 1000)} s` };
  const granted: Answer = { question: 'U6', seen: `Maskinporten grants ${scope}`, value: scope };
  return {
    seen: `${scope}, good for ${Math.round(lifeMs / 1000)} s`,
    answers: name === 'lanekassen' ? [life, granted] : [life],
  };
}
