import {
  isAboutConsent,
  type ProblemCode,
  type ProblemDefinition,
  problems,
  type ShownConsentState,
} from './problem-catalogue.ts';
import type { TokenFault } from './telemetry/dimensions.ts';
import { type Failure, failureOf, type Party } from './telemetry/failure.ts';

/** What an occurrence of a problem may add to its catalogue entry. */
export type ProblemOptions = {
  /** For the caller; our own words, never upstream text, never a value that came in. */
  detail?: string | undefined;
  /** For the log only: a short fault name of ours, free of personal data (`jwks-unreachable`, `altinn-am-00007`). */
  fault?: string | undefined;
  /** The party that it was met at; default: this program. */
  party?: Party | undefined;
  /** Why a person token is refused, as the vocabulary has it. */
  refusal?: TokenFault | undefined;
  /** Whose failure it is, and of what kind, where code and party do not say it (`telemetry/failure.ts`). */
  failure?: Failure | undefined;
  retryAfterSeconds?: number | undefined;
  consentState?: ShownConsentState | undefined;
  /** 413 for a body that is too large. */
  status?: number | undefined;
  cause?: unknown;
};

/** The one error class: everything that is thrown on purpose carries a code of the catalogue. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly detail: string | undefined;
  readonly fault: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly consentState: ShownConsentState | undefined;
  readonly refusal: TokenFault | undefined;
  readonly failure: Failure;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    // The message goes to logs and traces, so it holds the code and our fault name only.
    super(
      options.fault ? `${code} (${options.fault})` : code,
      options.cause === undefined ? {} : { cause: options.cause },
    );
    this.name = 'ProblemError';
    this.code = code;
    this.status = options.status ?? problems[code].status;
    this.detail = options.detail;
    this.fault = options.fault;
    this.retryAfterSeconds = options.retryAfterSeconds;
    const entry: ProblemDefinition = problems[code];
    this.consentState = options.consentState ?? entry.consentState;
    this.refusal = options.refusal;
    this.failure = options.failure ?? failureOf(code, options.party);
  }
}

/** Whatever was thrown, as a problem: what is not ours is a defect and becomes `internal`. */
export function asProblem(error: unknown): ProblemError {
  return error instanceof ProblemError
    ? error
    : new ProblemError('internal', { fault: 'unexpected-error', cause: error });
}

/** Whether an error says what became of the consent, and not only that Altinn could not be read. */
export const isConsentProblem = (error: unknown): error is ProblemError =>
  error instanceof ProblemError && isAboutConsent(error.code) && error.code !== 'consent-unverifiable';
