// A first day against the real test environments: all steps in order, and the settings that follow from them.
import { readSettings } from '../../shared/settings.ts';
import { chainSteps } from './chain-steps.ts';
import { consentSteps } from './consent-steps.ts';
import { beginDay, type Day, type DayOptions, inForce } from './day.ts';
import { probeLanekassen } from './lanekassen-probe.ts';
import { type Answer, settingsThatFollow } from './questions.ts';
import { probeRequest } from './request-probe.ts';
import { probeResource } from './resource-probe.ts';
import { saldoSteps } from './saldo-steps.ts';
import { follow, type Step, type Taken } from './steps.ts';

/** The result of a day. `steps`: the number of all steps. `changes`: settings that must change because of the parties' answers. */
export type DayResult = {
  taken: readonly Taken[];
  steps: number;
  answers: readonly Answer[];
  changes: Readonly<Record<string, string>>;
  /** The bank's name and organisation number. Empty if the settings do not have it. */
  bank: string;
  /** The app's log, for the developers. */
  log: string;
};

/** Runs all steps of the day. `report` is called with each line for the person who watches. */
export async function walk(options: DayOptions, report: (line: string) => void): Promise<DayResult> {
  const day = beginDay(options);
  const steps: Step[] = [
    ...chainSteps(day),
    {
      id: 'resource',
      title: 'Altinn has the consent resource',
      about: 'some seconds',
      run: () => probeResource(day),
    },
    { id: 'request', title: 'Altinn takes our consent request', about: 'a second', run: () => probeRequest(day) },
    ...consentSteps(day),
    {
      id: 'lanekassen',
      title: 'Lånekassen takes the consent',
      about: 'some seconds',
      run: () => probeLanekassen(day),
    },
    ...saldoSteps(day),
  ];
  try {
    const taken = await follow(steps, report);
    const answers = taken.flatMap((step) => step.answers);
    const atHand = readSettings(options.environment);
    const changes = atHand.ok ? settingsThatFollow(answers, inForce(atHand.settings)) : {};
    return { taken, steps: steps.length, answers, changes, log: day.log(), bank: bankWords(day) };
  } finally {
    await day.close();
  }
}

function bankWords(day: Day): string {
  try {
    return `${day.bank.name}, ${day.bank.organisationNumber}`;
  } catch {
    return '';
  }
}
