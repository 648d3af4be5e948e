// Maskinporten's refusals. The codes and their headings: maskinporten_feilsoking. The page has no `error` string for each code, so the
// strings here are the closest ones of RFC 6749 §5.2 and RFC 9396 §5. Clients should use the MP code.
import { randomBytes } from 'node:crypto';

/** `error` and text of each code; the status is 403 for `access_denied`, else 400. */
const documented = {
  'MP-011': ['invalid_request', 'Invalid assertion. Invalid parameter value.'],
  'MP-012': ['invalid_grant', 'Validation of JWT Bearer grant failed. Grant is used before.'],
  'MP-100': ['invalid_grant', 'Invalid assertion. Client authentication failed.'],
  'MP-110': ['invalid_grant', 'Invalid assertion. Client authentication failed. Invalid JWT claim aud.'],
  'MP-120': ['invalid_grant', 'Invalid assertion. Client authentication failed. The certificate is not valid here.'],
  'MP-121': ['invalid_grant', 'Invalid assertion. Client authentication failed. The key has expired.'],
  'MP-122': ['invalid_grant', 'Authentication of client by JWT failed. The certificate is of another organisation.'],
  'MP-123': ['invalid_grant', 'Validation of JWT failed. Failed to extract certificate from jwt.'],
  'MP-124': ['invalid_grant', 'Validation of JWT failed. Invalid signature.'],
  'MP-130': ['invalid_grant', 'Authentication of client by JWT failed. JWT is expired.'],
  'MP-200': ['invalid_scope', 'Token request contains invalid scopes for client.'],
  'MP-201': ['invalid_scope', 'Token request contains scopes that are not allowed for this client type.'],
  'MP-250': ['access_denied', 'The consumer has no access to the scope.'],
  'MP-251': ['access_denied', 'The consumer has not delegated the scope to the supplier.'],
  'MP-301': ['invalid_authorization_details', 'Validation of JWT failed. Unknown type in authorization_details.'],
  'MP-302': ['invalid_authorization_details', 'Validation of JWT failed. Unknown fields in authorization_details.'],
  'MP-303': ['invalid_authorization_details', 'Validation of JWT failed. Invalid values in authorization_details.'],
} as const;

/** Codes of Maskinporten's error page that the simulator uses. */
export type MpCode = keyof typeof documented;

/** A refused token request; {@link bodyOf} is the documented body of it. */
export class Refusal extends Error {
  readonly status: number;
  readonly error: string;
  /** Absent if the error page has none. */
  readonly code: MpCode | undefined;

  /** `text` may repeat what was sent, as in the real one ("the text names the value"), so clients must not log it. */
  constructor(status: number, error: string, text: string, code?: MpCode) {
    super(text);
    this.status = status;
    this.error = error;
    this.code = code;
  }

  /** A refusal with one of the documented codes. `more` is added to its text. */
  static of(code: MpCode, more?: string): Refusal {
    const [error, text] = documented[code];
    return new Refusal(
      error === 'access_denied' ? 403 : 400,
      error,
      more === undefined ? text : `${text} ${more}`,
      code,
    );
  }
}

/** The documented error body: `error`, `error_description` with code and an incident id, `error_uri`. */
export function bodyOf({ code, error, message }: Refusal): object {
  const trace = `(trace_id: ${randomBytes(16).toString('hex')})`;
  const error_description = `${code === undefined ? '' : `${code}: `}${message} ${trace}`;
  const error_uri = 'https://docs.digdir.no/docs/Maskinporten/maskinporten_feilsoking';
  return { error, error_description, error_uri };
}
