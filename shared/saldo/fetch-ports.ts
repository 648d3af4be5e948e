import type { ConsentCheck } from '../consent/consent-check.ts';
import type { Active } from '../consent/consent-in-force.ts';
import type { Lanekassen } from '../lanekassen/client.ts';
import type { NationalId } from '../person/national-id.ts';
import type { Secret } from '../person/secret.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { SharedToken } from '../upstream/shared-token.ts';

/** What the fetch needs of the consent check and of Maskinporten. */
export type FetchPorts = {
  consentCheck: Omit<ConsentCheck, 'findActive' | 'register'>;
  sharedToken: SharedToken;
  consentTokens: { fetch(consentId: string, from: NationalId, deadline: Deadline): Promise<Secret> };
  /** Whether an error of `consentTokens.fetch` means that the consent cannot be used, or may mean it. */
  consentDoubt(error: unknown): 'refused' | 'possible' | undefined;
  lanekassen: Lanekassen;
  sendConsentToken: 'until-200' | 'always';
  /** The consent token travels in `Authorization` (`LANEKASSEN_CONSENT_TRANSPORT`), so a 401 may mean that one. */
  consentTokenAuthorises: boolean;
  time: Time;
  telemetry: Telemetry;
};

/** What a fetch in progress reports to its look-up, and asks of it. */
export type FetchWatch = {
  /** The fetch waits for the end of a pause that Lånekassen asked for: the time that is left, milliseconds. */
  onPause(pauseMs: number): void;
  /** No caller may have the answer any more (logout, revocation): no call goes out for it. */
  isLost(): boolean;
  /**
   * The session is in the lists of its customer and its subject, and the consent as it was then. Rejects with
   * `session-ended` or a problem of consent. No call goes out before it has resolved.
   */
  registered: Promise<Active>;
};

/** Thrown instead of a call whose answer no caller may have. */
export class FetchLost extends Error {
  constructor() {
    super('the session was ended, or its lease lost');
    this.name = 'FetchLost';
  }
}
