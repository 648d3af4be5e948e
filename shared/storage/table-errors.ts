/** The HTTP status in an error of the tables SDK; `undefined` when no answer came. */
export function statusOf(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

type SdkError = { code?: unknown; details?: { odataError?: { code?: unknown } } } | undefined;

/** Whether the service refused with this status and one of these codes. The SDK has two places for the code. */
function isRefusal(error: unknown, status: number, ...codes: string[]): boolean {
  const { code, details } = (error ?? {}) as NonNullable<SdkError>;
  return statusOf(error) === status && codes.includes(String(details?.odataError?.code ?? code));
}

// What follows means something only to a caller that asked for it, and only with the service's own code. Anything else of
// the same status (`TableBeingDeleted`, a gateway's page) is trouble of the service and says nothing about a row.

/** There is no such row: for a read, and for a write or a removal under an ETag. */
export const isRowMissing = (error: unknown) => isRefusal(error, 404, 'ResourceNotFound', 'EntityNotFound');

/** The row exists already: for an insert. */
export const isRowPresent = (error: unknown) => isRefusal(error, 409, 'EntityAlreadyExists');

/** The row has another ETag: for a write or a removal under an ETag. */
export const isRowChanged = (error: unknown) => isRefusal(error, 412, 'UpdateConditionNotSatisfied', 'ConditionNotMet');

/** The table itself does not exist. */
export const isMissingTable = (error: unknown) => isRefusal(error, 404, 'TableNotFound');
