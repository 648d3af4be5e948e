import { AsyncLocalStorage } from 'node:async_hooks';
import type { HttpClient, PipelineResponse } from '@azure/core-rest-pipeline';
import { type HttpReply, type HttpClient as OurHttpClient, TransportError } from './http-client.ts';

/** What an Azure SDK sends its requests through. */
export type SdkTransport = HttpClient;

/** The result of the last request that a call of an SDK made: an answer, or why there was none. */
type Noted = { reply?: HttpReply | undefined; failure?: TransportError | undefined };

const notes = new AsyncLocalStorage<Noted>();

/**
 * A call of an SDK that failed. Decisions are made on `reply` and `failure`: an SDK's own exceptions say too little (a bare
 * `TypeError` for an error answer without a body), and say it differently in each version. Neither: nothing was answered.
 */
export class SdkFailure extends Error {
  readonly reply: HttpReply | undefined;
  readonly failure: TransportError | undefined;

  constructor({ reply, failure }: Noted, cause: unknown) {
    // The SDK's own words are not repeated: they can quote what was sent.
    super(`an SDK's call failed (${reply?.status ?? failure?.reason ?? 'no answer'})`, { cause });
    this.name = 'SdkFailure';
    this.reply = reply;
    this.failure = failure;
  }
}

/** Makes one call of an SDK whose transport is ours. Every error becomes a `SdkFailure`, with the answer that is behind it. */
export async function throughSdk<T>(work: () => Promise<T>): Promise<T> {
  const noted: Noted = {};
  try {
    return await notes.run(noted, work);
  } catch (error) {
    throw error instanceof SdkFailure ? error : new SdkFailure(noted, error);
  }
}

/** The last answer to the call that threw `error`, also while the call continues. */
export function answeredToSdk(error: unknown): HttpReply | undefined {
  return error instanceof SdkFailure ? error.reply : notes.getStore()?.reply;
}

/**
 * Our HTTP client as the transport of an Azure SDK: the same limits on connecting and on an answer's size as for every
 * other upstream (the SDK's own transport has neither), one connection pool we can close, and half its cost for each call
 * (`docs/decisions/0018-transport-of-the-sdks.md`). For calls with a text body; streams the program does not use.
 */
export async function createSdkTransport(http: OurHttpClient): Promise<SdkTransport> {
  const { createHttpHeaders, RestError } = await import('@azure/core-rest-pipeline');
  return {
    async sendRequest(request): Promise<PipelineResponse> {
      const { body, abortSignal } = request;
      const noted = notes.getStore() ?? {};
      noted.reply = undefined;
      noted.failure = undefined;
      if (body !== undefined && body !== null && typeof body !== 'string') throw new TypeError('not a text body');
      if (!request.allowInsecureConnection && !request.url.startsWith('https:'))
        throw new TypeError('plain http is not allowed here');
      if (abortSignal?.aborted) throw aborted();
      try {
        const reply = await http.send({
          method: request.method,
          url: request.url,
          headers: request.headers.toJSON({ preserveCase: true }),
          // The program hands the SDK none but the platform's own; the sweep, which is bounded otherwise, none.
          signal: abortSignal instanceof AbortSignal ? abortSignal : never,
          ...(typeof body === 'string' ? { body } : {}),
        });
        noted.reply = reply;
        return { request, status: reply.status, headers: createHttpHeaders(reply.headers), bodyAsText: reply.text };
      } catch (error) {
        if (!(error instanceof TransportError)) throw error;
        noted.failure = error;
        // In the SDK's own words, for what it does besides retrying.
        throw error.kind === 'timeout' ? aborted() : new RestError(error.message, { code: error.reason });
      }
    },
  };
}

/** The signal of a call that is never aborted. */
const never = new AbortController().signal;

const aborted = () => new DOMException('The operation was aborted.', 'AbortError');
