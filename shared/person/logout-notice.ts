/** What a verified logout token says: one session by `sid`, or all of a subject's. Instants in milliseconds since 1970. */
export type LogoutNotice = { issuer: string; jti: string; issuedAt: number; expiresAt: number } & (
  | { sid: string; sub?: undefined }
  | { sub: string; sid?: undefined }
);
