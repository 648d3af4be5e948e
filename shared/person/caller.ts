import type { NationalId } from './national-id.ts';

/** The caller, as the bank's identity provider names it. The person is taken from nowhere else. */
export type Caller = {
  nationalId: NationalId;
  /** The login session at the identity provider (`sid`). Stored nowhere in clear: it is half of the key to the held saldo. */
  sessionId: string;
  issuer: string;
  /** `sub`, where the token has one. */
  subject: string | undefined;
  /** When the token was issued, milliseconds since 1970, where it says so. */
  issuedAt: number | undefined;
};

/** What a verified logout token says: one session by `sid`, or all of a subject's. Instants in milliseconds since 1970. */
export type LogoutNotice = { issuer: string; jti: string; issuedAt: number; expiresAt: number } & (
  | { sid: string; sub?: undefined }
  | { sub: string; sid?: undefined }
);
