// How the processes of the model are configured: what a deployment may change, and the settings that follow.
import { parseReturnUrlRule } from '../../../shared/consent/return-url.ts';
import { Secret } from '../../../shared/person/secret.ts';
import type { Settings } from '../../../shared/settings.ts';
import { minute, organisationNumber, resources } from './parties.ts';

export const returnUrl = 'https://bank.example/';
export const freshMs = 15 * minute;
export const sessionMs = 60 * minute;
export const endedMs = 24 * 60 * minute;
const secretsOf = (letter: string) => [new Secret(letter.repeat(44)), new Secret(letter.toLowerCase().repeat(44))];
export const personSecrets = secretsOf('A') as [Secret, Secret];
export const sessionSecrets = secretsOf('B') as [Secret, Secret];

/** How a process is configured. Phases of a rotation: 0 the old secret alone, 1 the new one is read too, 2 the new one comes first. */
export type Setup = {
  personPhase: number;
  sessionPhase: number;
  acceptMigrated: boolean;
  /** The process runs the next version, which writes version 2 of every document and reads both. */
  isNext: boolean;
  /** The list of resources lacks the resource of imported consents. */
  isShortList: boolean;
};

/** The settings of a process, as far as the tested parts read them. */
export function settingsOf(setup: Setup, check: 'per-look-up' | 'by-feed'): Settings {
  const pair = ([old, next]: [Secret, Secret], phase: number) =>
    [{ first: old }, { first: old, second: next }, { first: next, second: old }][phase] as {
      first: Secret;
      second?: Secret;
    };
  const ofPerson = pair(personSecrets, setup.personPhase);
  const ofSession = pair(sessionSecrets, setup.sessionPhase);
  return {
    banks: [
      {
        organisationNumber,
        name: 'Bank',
        returnUrls: { allowed: [parseReturnUrlRule(returnUrl)], standard: returnUrl },
        lanekassenApiKey: new Secret('key'),
      },
    ],
    altinn: {
      baseUrl: 'https://platform.altinn.no',
      resourceIds: setup.isShortList ? [resources[0]] : resources,
      metadataKey: '',
    },
    consent: {
      logRetentionDays: 365,
      acceptMigrated: setup.acceptMigrated,
      feedFreshMinutes: freshMs / minute,
      check,
      validityDays: 365,
      renewDaysBefore: 30,
      requestTtlMinutes: 60,
    },
    secrets: {
      personKey: [ofPerson.first, ofPerson.second].filter((one) => one !== undefined),
      sessionKey: [ofSession.first, ofSession.second].filter((one) => one !== undefined),
    },
    session: { ttlMinutes: sessionMs / minute, endedHours: endedMs / (60 * minute) },
    lanekassen: {
      baseUrl: 'https://lanekassen.example',
      consentTransport: 'both',
      authPrefix: '',
      sendConsentToken: 'until-200',
    },
    policy: { lookupDeadlineMs: 20_000, maxRetryAfterMs: 45_000 },
    publicBaseUrl: 'https://app.example',
  } as unknown as Settings;
}
