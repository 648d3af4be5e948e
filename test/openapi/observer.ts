// The module that `HOST_OBSERVER` names while tests run. It compares every answer of every host with docs/openapi.json, for any caller, and
// records what does not match. `setup.ts` and `global-setup.ts` fail the run then.
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Observe } from '../../local/host/observe.ts';
import { createAnswerCheck } from './answer-check.ts';

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as { name?: string };

/** A line of the record: the answer and its faults. Never a body, because it may be a customer's. */
export type Recorded = { call: string; status: number; code: string; faults: string[] };

/** The observer of the app in `root`; none if it is another app than this one. */
export function createObserver(root: string): Observe | undefined {
  if (read(join(root, 'package.json')).name !== read(join(import.meta.dirname, '../../package.json')).name)
    return undefined;
  const record = process.env.HOST_OBSERVER_RECORD;
  if (record === undefined || record === '') throw new Error('HOST_OBSERVER without HOST_OBSERVER_RECORD.');
  const check = createAnswerCheck(read(join(import.meta.dirname, '../../docs/openapi.json')));
  const written = new Set<string>();
  return (answer) => {
    const line: Recorded = {
      call: `${answer.method} ${answer.route.replace(/^\/api/, '')}`,
      status: answer.status,
      code: codeOf(answer.body),
      faults: check(answer),
    };
    const text = `${JSON.stringify(line)}\n`;
    if (written.has(text)) return;
    written.add(text);
    // Written at once and in one piece, because the host may be killed in the next moment, and other hosts write to the same file.
    appendFileSync(record, text);
  };
}

function codeOf(body: Uint8Array): string {
  try {
    const { code } = JSON.parse(new TextDecoder().decode(body)) as { code?: unknown };
    return typeof code === 'string' ? code : '';
  } catch {
    return '';
  }
}
