// A first day against the real test environments: every step in order, and what follows from it.
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

/** How a day went. `steps`: how many there are in all. `changes`: settings that must change, by what the parties answered. */
export type DayResult = {
  taken: readonly Taken[];
  steps: number;
  answers: readonly Answer[];
  changes: Readonly<Record<string, string>>;
  /** The bank's name and organisation number; empty where the settings do not say. */
  bank: string;
  /** The app's log, for the developers. */
  log: string;
};

/** Walks through the day. `tell` is called with each line for the person who follows. */
export async function walk(options: DayOptions, tell: (line: string) => void): Promise<DayResult> {
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
    const taken = await follow(steps, tell);
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
