// Runs before every test file. All hosts that the file starts, in whatever process, report every answer to the observer. After its last
// test the file fails for each answer that the OpenAPI document does not allow.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, inject } from 'vitest';
import { faultsIn, readRecord } from './record.ts';

const record = join(inject('answerRecords'), `${randomUUID()}.jsonl`);
process.env.HOST_OBSERVER = join(import.meta.dirname, 'observer.ts');
process.env.HOST_OBSERVER_RECORD = record;
process.env.AZURITES = inject('azurites');

afterAll(() => {
  const faults = faultsIn(readRecord(record));
  if (faults.length > 0) throw new Error(`Answers that docs/openapi.json does not allow:\n${faults.join('\n')}`);
});
