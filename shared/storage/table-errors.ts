import type { HttpReply } from '../upstream/http-client.ts';
import { answeredToSdk } from '../upstream/sdk-transport.ts';
import { codeIn } from '../upstream/statuses.ts';

/**
 * What the service answered to a call that failed. To a batch it answers 202, and the refusal of a step is inside as an
 * answer of its own. `undefined`: no answer came.
 */
export function answerOf(error: unknown): HttpReply | undefined {
  const reply = answeredToSdk(error);
  if (reply?.status !== 202) return reply;
  const status = [...reply.text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)]
    .map(([, text]) => Number(text))
    .find((one) => one >= 400);
  if (status === undefined) return reply;
  const { text } = reply;
  return { status, headers: {}, text: text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1) };
}

/** The HTTP status of a failed call; `undefined` when no answer came. */
export const statusOf = (error: unknown): number | undefined => answerOf(error)?.status;

/** Whether the service refused with this status and one of these codes of its own. */
function isRefusal(error: unknown, status: number, ...codes: string[]): boolean {
  const answer = answerOf(error);
  return answer?.status === status && codes.includes(codeIn('tables', answer) ?? '');
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
