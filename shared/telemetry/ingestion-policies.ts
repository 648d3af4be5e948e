import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { parseRetryAfter } from '../resilience/retry-after.ts';

/** The longest delay that a try again waits for, milliseconds. */
const maxRetryAfterMs = 10_000;

const delayHeaders = ['retry-after', 'retry-after-ms', 'x-ms-retry-after-ms'];

/**
 * Calls `onFailure` for each batch that the ingestion endpoint has not taken, with our own word for it. The exporter itself
 * returns success for a status that it would have tried again from the disk (401, 403, 408, 429, 502, 503, 504), and logs nothing.
 */
export const reportUnsent = (onFailure: (fault: string) => void): PipelinePolicy => ({
  name: 'studielanReportUnsent',
  async sendRequest(request, next) {
    try {
      const response = await next(request);
      // 206: a part of the batch was refused.
      if (response.status !== 200) onFailure(`status-${response.status}`);
      return response;
    } catch (error) {
      const { statusCode } = error as { statusCode?: unknown };
      onFailure(typeof statusCode === 'number' ? `status-${statusCode}` : 'no-answer');
      throw error;
    }
  },
});

/**
 * Takes a long `Retry-After` off an answer. The SDK waits for any delay without a limit, and each batch that waits stays in
 * memory: an hour would keep an hour's events of a busy instance.
 */
export const ignoreLongDelays: PipelinePolicy = {
  name: 'studielanIgnoreLongDelays',
  async sendRequest(request, next) {
    const response = await next(request);
    const delayMs = parseRetryAfter(response.headers.get('retry-after'), Date.now());
    if (delayMs === undefined || delayMs > maxRetryAfterMs)
      for (const name of delayHeaders) response.headers.delete(name);
    return response;
  },
};
