import { exportConsents } from '../backup/export-consents.ts';
import type { Settings } from '../settings.ts';
import { connectTable } from '../storage/open-tables.ts';
import type { Surroundings } from './infrastructure.ts';

/**
 * The daily export: with an identity of its own, which may read the table and write new blobs, and nothing else. Resolves to
 * the number of rows, `undefined` where no container is set. Rejects when the export is not complete.
 */
export function composeExport(
  { state, consentExport }: Settings,
  { time, hasIdentityEndpoint }: Surroundings,
): () => Promise<number | undefined> {
  return async () => {
    const { containerUrl, clientId } = consentExport;
    if (containerUrl === undefined) return undefined;
    const { ManagedIdentityCredential } = await import('@azure/identity');
    const identity = new ManagedIdentityCredential(clientId === undefined ? {} : { clientId });
    const credential = async () => identity;
    // No customer waits here, so the SDK's own retries are left as they are.
    const table = await connectTable(state, 'consents', credential);
    const { rows } = await exportConsents(table, containerUrl, hasIdentityEndpoint ? credential : undefined, {
      now: () => time.now(),
      wait: (ms) => time.sleep(ms),
    });
    return rows;
  };
}
