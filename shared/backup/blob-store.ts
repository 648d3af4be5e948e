import type { TokenCredential } from '@azure/identity';
import type { ExportStore } from './export-rows.ts';

/** A folder in a blob container, written and read by its REST API: two operations do not justify an SDK. */
export type BlobFolder = ExportStore & { read(name: string): Promise<Buffer> };

const apiVersion = '2024-11-04';
const tries = 4;

/** A blob could not be written or read: with the status, never with the address, which may carry a signature. */
export class BlobFault extends Error {
  override name = 'BlobFault';
  /** The HTTP status; `undefined`: no answer. */
  readonly status: number | undefined;
  constructor(status: number | undefined, what: string) {
    super(`The store of the exports answers ${status ?? 'nothing'} to ${what}.`);
    this.status = status;
  }
}

/**
 * `url` is the container with a folder (`https://<account>.blob.core.windows.net/<container>/<folder>`), with a shared access
 * signature or, with `credential`, without. A blob that is there already is not overwritten. `time` waits between tries.
 */
export function createBlobFolder(
  url: string,
  credential: (() => Promise<TokenCredential>) | undefined,
  wait: (ms: number) => Promise<void>,
): BlobFolder {
  const folder = new URL(url);
  const local = folder.hostname === '127.0.0.1';
  if (folder.protocol !== 'https:' && !local) throw new RangeError('The address of the exports must be https.');

  async function send(method: 'PUT' | 'GET', name: string, body?: Uint8Array): Promise<Response> {
    const target = new URL(folder);
    target.pathname = `${folder.pathname.replace(/\/$/, '')}/${name}`;
    const token = await (await credential?.())?.getToken('https://storage.azure.com/.default');
    const headers: Record<string, string> = {
      'x-ms-version': apiVersion,
      ...(token ? { authorization: `Bearer ${token.token}` } : {}),
      ...(body === undefined ? {} : { 'x-ms-blob-type': 'BlockBlob', 'if-none-match': '*' }),
    };
    return fetch(target, {
      method,
      headers,
      ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
      redirect: 'error',
      signal: AbortSignal.timeout(120_000),
    });
  }

  /** Tries again what may pass by itself: no answer, 408, 429 and 5xx. */
  async function persistently(method: 'PUT' | 'GET', name: string, body?: Uint8Array): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await send(method, name, body).catch(() => undefined);
      if (answer?.ok) return answer;
      await answer?.arrayBuffer().catch(() => undefined);
      // An earlier try of this write succeeded, and its answer was lost: only this export writes that name.
      if (attempt > 1 && method === 'PUT' && (answer?.status === 409 || answer?.status === 412)) return answer;
      const passes = answer === undefined || [408, 429].includes(answer.status) || answer.status >= 500;
      if (!passes || attempt === tries) throw new BlobFault(answer?.status, `${method} ${name}`);
      await wait(1000 * 4 ** (attempt - 1));
    }
  }

  return {
    write: async (name, bytes) => void (await persistently('PUT', name, bytes)),
    read: async (name) => Buffer.from(await (await persistently('GET', name)).arrayBuffer()),
  };
}
