// Where a first day runs: the built app on this machine against the parties of the given settings, or against a local world that the run starts
// itself, where the simulators answer instead of the person.
import { startTestWorld, type World } from '../../local/test-world.ts';
import type { Bank } from '../../shared/bank/bank.ts';
import { NationalId } from '../../shared/person/national-id.ts';
import { readSettings } from '../../shared/settings.ts';
import type { DsopCase } from '../dsop-cases/cases.ts';
import { startSettingsTarget } from '../dsop-cases/target.ts';
import { blameOf, RedStep } from './contacts.ts';
import type { DayOptions, Person, RunningApp } from './day.ts';

/** The options of a day, and how to stop what was started for it. */
export type DayTarget = DayOptions & { close(): Promise<void> };

/** The person, and the longest wait for an answer, milliseconds. */
export type Waiting = { customer: DsopCase; words: string; waitMs: number };

/** Starts the app with these settings. The person logs in at an issuer of this run; calls to Lånekassen go through a relay that counts them. */
export async function startApp(environment: Readonly<Record<string, string>>, bank: Bank): Promise<RunningApp> {
  const read = readSettings(environment);
  if (!read.ok) throw new RedStep(blameOf('settings-faulty', read.faults.join('; ')));
  try {
    return await startSettingsTarget(environment, read.settings, bank, () => {});
  } catch {
    throw new RedStep({
      says: 'The app did not start on this machine.',
      who: 'platform team',
      remedy:
        'Run npm run host and read what it writes. It must start within 20 s on this machine. Then run this again.',
    });
  }
}

const personOf = ({ customer, words, waitMs }: Waiting): Omit<Person, 'approve' | 'withdraw' | 'lookAgainMs'> => {
  const nationalId = NationalId.parse(customer.nationalId);
  if (nationalId === undefined) throw new RangeError('The national id of the test person is not valid.');
  return { nationalId, words, waitMs };
};

/** Against the real test environments. `report` shows the person what to do. */
export function settingsTarget(
  environment: Readonly<Record<string, string>>,
  waiting: Waiting,
  report: (line: string) => void,
): DayTarget {
  return {
    environment,
    person: {
      ...personOf(waiting),
      lookAgainMs: 3000,
      approve: async (url) => report(`    Log in as ${waiting.words}, and answer yes at\n    ${url}`),
      withdraw: async (url) => report(`    Log in as the same person, and withdraw the consent at\n    ${url}`),
    },
    start: startApp,
    close: async () => {},
  };
}

/** In a local world. The simulators give the consent and withdraw it; the delay of the feed is skipped. */
export function worldTarget(world: World, waiting: Waiting): DayTarget {
  return {
    environment: { ...world.environment, SYNC_CONSENT_EVENTS_SCHEDULE: '* * * * * *' },
    person: {
      ...personOf(waiting),
      lookAgainMs: 200,
      approve: async (url) => world.altinn.control.approve(new URL(url).searchParams.get('id') ?? ''),
      async withdraw(_, consentId) {
        world.altinn.control.revoke(consentId);
        world.altinn.control.advanceFeed(6 * 60_000);
      },
    },
    start: startApp,
    close: async () => {},
  };
}

/** Starts a local world for the run, and runs in it. */
export async function localTarget(waiting: Waiting): Promise<DayTarget> {
  const world = await startTestWorld();
  return { ...worldTarget(world, waiting), close: world.close };
}
