import type { HttpClient, PipelineResponse } from '@azure/core-rest-pipeline';
import { type HttpClient as OurHttpClient, TransportError } from './http-client.ts';

/** What an Azure SDK sends its requests through. */
export type SdkTransport = HttpClient;

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
        return { request, status: reply.status, headers: createHttpHeaders(reply.headers), bodyAsText: reply.text };
      } catch (error) {
        if (!(error instanceof TransportError)) throw error;
        if (abortSignal?.aborted || error.kind === 'timeout') throw aborted();
        // What cannot be read is no fault of the line, and trying again does not mend it.
        if (error.kind !== 'connection') throw error;
        throw new RestError('The connection failed.', { code: error.reason });
      }
    },
  };
}

/** Of a call that nobody aborts. */
const never = new AbortController().signal;

function aborted(): Error {
  const error = new Error('The operation was aborted.');
  error.name = 'AbortError';
  return error;
}
