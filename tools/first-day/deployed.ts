// The first day against a deployed app. The app runs with its own identity and network, and accepts the bank's own person tokens.
import { exec } from 'node:child_process';
import { promisify } from 'node:util';
import type { Bank } from '../../shared/bank/bank.ts';
import { createBankApi } from '../dsop-cases/bank-api.ts';
import { RedStep } from './contacts.ts';
import type { RunningApp } from './day.ts';
import { type DayTarget, settingsTarget, type Waiting } from './target.ts';

/** The address of the app (with `/api`), and a command that prints a person token of a new login session of the test person. */
export type Deployed = { url: string; loginCommand: string };

/** The longest time of the command, milliseconds. A login may start a browser. */
const loginMs = 60_000;

async function tokenOf(loginCommand: string): Promise<string> {
  const printed = await promisify(exec)(loginCommand, { timeout: loginMs }).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(printed)) return printed;
  // The output is not shown, because it may be part of a token.
  throw new RedStep({
    says: 'The command of --login printed no person token.',
    who: 'platform team, with the identity provider',
    remedy: 'It must print a JWT of a new login session of the test person, and nothing else, within a minute.',
  });
}

/** As for an app on this machine, but the app is the deployed one. This command cannot change its settings. */
export function deployedTarget(
  environment: Readonly<Record<string, string>>,
  waiting: Waiting,
  report: (line: string) => void,
  { url, loginCommand }: Deployed,
): DayTarget {
  const start = async (known: Readonly<Record<string, string>>, bank: Bank): Promise<RunningApp> => {
    if (Object.entries(known).some(([name, value]) => environment[name] !== value))
      throw new RedStep({
        says: 'The answers of the parties need other settings, and this command cannot change the deployed app.',
        who: 'platform team',
        remedy: 'Change the settings listed under "Settings that follow", deploy, and run this again.',
      });
    return {
      api: createBankApi(url),
      login: () => tokenOf(loginCommand),
      returnUrl: bank.returnUrls.standard,
      output: () => '',
      close: async () => {},
    };
  };
  return { ...settingsTarget(environment, waiting, report), start };
}
