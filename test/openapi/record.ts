// The place and content of the observer's records of a run.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Recorded } from './observer.ts';

/** The lines of a record; none if no host has answered. */
export function readRecord(path: string): Recorded[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Recorded);
}

/** The lines of all records in a folder. */
export function readRecords(folder: string): Recorded[] {
  return readdirSync(folder).flatMap((name) => readRecord(join(folder, name)));
}

/** What does not match the document, one text each: `GET /saldo 200: header X-Request-Id is missing`. */
export function faultsIn(lines: readonly Recorded[]): string[] {
  return [
    ...new Set(
      lines.flatMap(({ call, status, code, faults }) =>
        faults.map((fault) => `${call} ${status}${code === '' ? '' : ` ${code}`}: ${fault}`),
      ),
    ),
  ];
}
