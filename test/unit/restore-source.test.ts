// Without a manifest an export is not complete. A store that refuses, or does not answer, says nothing about the export.
import { expect, test } from 'vitest';
import { BlobFault } from '../../shared/backup/blob-store.ts';
import { openSource, readManifest } from '../../tools/restore/source.ts';

const failing = (error: Error) => ({ read: () => Promise.reject(error) });

test('an absent manifest means that the export is not complete, in a container and in a folder', async () => {
  await expect(readManifest(failing(new BlobFault(404, 'GET manifest.json')))).rejects.toThrow(/not complete/);
  const folder = openSource(
    '/no such folder',
    () => Promise.reject(new Error('no credential')),
    () => Promise.resolve(),
  );
  await expect(readManifest(folder)).rejects.toThrow(/not complete/);
});

test('a missing right or no answer is reported as such, so that no one gives up a good export', async () => {
  for (const status of [403, 503, undefined])
    await expect(readManifest(failing(new BlobFault(status, 'GET manifest.json')))).rejects.toThrow(
      `answers ${status ?? 'nothing'} to GET manifest.json`,
    );
});
