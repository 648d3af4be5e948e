// What the steps of a first day share: the settings that are known so far, the program's own parts with these settings, and the app.
import type { Bank } from '../../shared/bank/bank.ts';
import type { NationalId } from '../../shared/person/national-id.ts';
import type { Secret } from '../../shared/person/secret.ts';
import { readSettings, type Settings } from '../../shared/settings.ts';
import { createContext, type DoctorContext } from '../doctor/context.ts';
import type { BankApi } from '../dsop-cases/bank-api.ts';
import type { Counter } from '../dsop-cases/evidence.ts';
import { bankNamed } from '../which-bank.ts';
import { blameOf, RedStep } from './contacts.ts';

/** The app, running with some settings. `output`: its log so far. `counter`: the calls that reached Lånekassen, if they can be counted. */
export type RunningApp = {
  api: BankApi;
  /** A person token of a new login session. */
  login(nationalId: string): Promise<string>;
  counter?: Counter;
  returnUrl: string;
  output(): string;
  close(): Promise<void>;
};

/** The person who clicks, the longest wait for an answer, and the time between two checks (milliseconds). */
export type Person = {
  nationalId: NationalId;
  /** The person's name for console and report: never the national id. */
  words: string;
  /** Shows the address at which to answer yes, or answers. */
  approve(consentUrl: string): Promise<void>;
  /** Shows the address at which to withdraw, or withdraws. */
  withdraw(withdrawUrl: string, consentId: string): Promise<void>;
  waitMs: number;
  lookAgainMs: number;
};

/** The options of a first day. `bank`: organisation number, if the app serves several banks. `start` runs the app with these settings. */
export type DayOptions = {
  environment: Readonly<Record<string, string>>;
  bank?: string | undefined;
  person: Person;
  start(environment: Readonly<Record<string, string>>, bank: Bank): Promise<RunningApp>;
};

/** The state of a day. Steps read it, and keep here what later steps need. */
export type Day = {
  readonly person: Person;
  /** The settings at the start of the run. */
  readonly atHand: Readonly<Record<string, string>>;
  /** The same settings, changed by the answers of the real parties. */
  environment: Record<string, string>;
  readonly settings: Settings;
  readonly bank: Bank;
  readonly context: DoctorContext;
  /** The running app. Throws if it does not run. */
  readonly app: RunningApp;
  consentId?: string | undefined;
  consentToken?: Secret;
  /** Changes settings. The program's parts are then built again. */
  apply(changes: Readonly<Record<string, string>>): Promise<void>;
  /** The app with the settings that are known now. An app that runs with others is replaced. */
  freshApp(): Promise<RunningApp>;
  /** The app's log, of all its runs. */
  log(): string;
  close(): Promise<void>;
};

/** The values of the settings that answers can change, defaults included. */
export const inForce = ({ altinn, lanekassen }: Settings): Record<string, string> => ({
  ALTINN_CONSENT_RESOURCE_ID: altinn.resourceIds.join(','),
  ALTINN_CONSENT_METADATA_KEY: altinn.metadataKey,
  LANEKASSEN_CONSENT_TRANSPORT: lanekassen.consentTransport,
  LANEKASSEN_SEND_CONSENT_TOKEN: lanekassen.sendConsentToken,
  LANEKASSEN_SCOPE: lanekassen.scope,
  LANEKASSEN_AUTH_PREFIX: lanekassen.authPrefix,
});

/** Begins a day. Nothing is read or fetched here: the first step reports faulty settings, as `RedStep`. */
export function beginDay({ environment, bank: named, person, start }: DayOptions): Day {
  let known: Settings | undefined;
  let context: DoctorContext | undefined;
  let running: RunningApp | undefined;
  let runsWith: object | undefined;
  let logged = '';
  const stopApp = async () => {
    logged += running?.output() ?? '';
    await running?.close();
    running = undefined;
  };
  const leaveContext = async () => {
    await context?.http.close();
    context = undefined;
  };
  return {
    person,
    atHand: environment,
    environment: { ...environment },
    get settings() {
      if (known !== undefined) return known;
      const read = readSettings(this.environment);
      if (!read.ok) throw new RedStep(blameOf('settings-faulty', read.faults.join('; ')));
      known = read.settings;
      return known;
    },
    get bank() {
      return bankNamed(this.settings.banks, named);
    },
    get context() {
      context ??= createContext(this.settings, this.bank, environment.IDENTITY_ENDPOINT !== undefined);
      return context;
    },
    get app() {
      if (running === undefined) throw new Error('the app does not run');
      return running;
    },
    async apply(changes) {
      const current = inForce(this.settings);
      if (Object.entries(changes).every(([name, value]) => current[name] === value)) return;
      this.environment = { ...this.environment, ...changes };
      known = undefined;
      await leaveContext();
    },
    async freshApp() {
      if (running !== undefined && runsWith === this.environment) return running;
      await stopApp();
      runsWith = this.environment;
      running = await start(this.environment, this.bank);
      return running;
    },
    log: () => logged + (running?.output() ?? ''),
    async close() {
      await stopApp();
      await leaveContext();
    },
  };
}
