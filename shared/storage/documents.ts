import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { jsonOf } from '../upstream/statuses.ts';
import type { Step, Table, Values } from './tables.ts';

/** A document as it was read, and what guards its next change. */
export type At<D> = {
  /** `undefined`: there is no row, or it cannot be read (`unreadable`). */
  doc: D | undefined;
  etag: string | undefined;
  /** How old the row is by the Table service's clock, milliseconds. */
  ageMs: number;
  /** The text of a row that this version cannot read; only where the caller asked for it. */
  unreadable?: string;
};

/** The result of a decision. Without `next` nothing is written; `null` removes the row. */
export type Decision<D, R> = {
  result: R;
  next?: D | null | undefined;
  /** Rows of the same partition, written in the same transaction. */
  beside?: readonly Step[];
};

/** The version of the schemas, written into each row as `v`. A row of a newer version cannot be read. */
export const documentVersion = 1;

/** One kind of document, and its two readings. */
export type DocumentKind<D> = {
  /** The row key, too. */
  kind: 'person' | 'session' | 'subject' | 'feed' | 'sweep';
  /** The document in a parsed JSON text; `undefined` when this version cannot read it. Never throws. */
  parse(json: unknown): D | undefined;
  /** Instants that the sweep goes by (`purgeAt`, `eraseAt`), milliseconds since 1970. */
  due(doc: D): { purgeAt?: number | undefined; eraseAt?: number | undefined };
};

type Options<D> = {
  /** The document as it was read before: the first round decides on it without reading. */
  seen?: At<D> | undefined;
  /** Lets the decision replace a row that cannot be read. */
  evenUnreadable?: boolean;
};

/** A change that loses this many rounds is given up: ordinary traffic does not cause this many. */
const maxRounds = 20;
/** The pause after the n-th lost round is up to n times this, milliseconds. */
const pauseMs = 20;

/** A property of Table Storage holds 64 KiB in UTF-16 (learn.microsoft.com, "Understanding the Table service data model"). */
export const maxDocumentCharacters = 32_768;

/** Documents of one kind: the only way in which they are read, parsed and written. */
export class Documents<D, K extends string = string> {
  readonly #kind: DocumentKind<D>;
  readonly #ports: { table: Table; time: Time; telemetry: Telemetry };

  constructor(kind: DocumentKind<D>, ports: { table: Table; time: Time; telemetry: Telemetry }) {
    this.#kind = kind;
    this.#ports = ports;
  }

  /** Throws `upstream-unavailable` for a row that cannot be read, unless `evenUnreadable`. */
  async read(partitionKey: K, deadline: Deadline, options?: { evenUnreadable?: boolean }): Promise<At<D>> {
    const { kind, parse } = this.#kind;
    const { row, serviceNow } = await this.#ports.table.read(partitionKey, kind, deadline);
    if (row === undefined) return absent;
    const text = typeof row.values.doc === 'string' ? row.values.doc : '';
    const doc = parse(jsonOf(text));
    const at = { doc, etag: row.etag, ageMs: serviceNow - row.writtenAt };
    if (doc !== undefined) return at;
    this.#ports.telemetry.alert(
      'row-unreadable',
      'A stored row cannot be read by this version. A newer version may have written it; otherwise the row is damaged. The customer can still end the use and log out.',
      { kind, reason: kind },
    );
    if (options?.evenUnreadable) return { ...at, unreadable: text };
    throw unreadableRow(kind);
  }

  /**
   * Decides on the document as it is, and writes the decision under the row's ETag. When the row has changed, it is read
   * again and decided again, so `decide` may run several times. Returns the last decision's result and the document after it.
   */
  async change<R>(
    partitionKey: K,
    deadline: Deadline,
    decide: (at: At<D>) => Decision<D, R> | Promise<Decision<D, R>>,
    { seen, evenUnreadable = false }: Options<D> = {},
  ): Promise<{ result: R; at: At<D> }> {
    const { kind } = this.#kind;
    const { table, time } = this.#ports;
    for (let round = 0; round < maxRounds; round++) {
      const at = round === 0 && seen ? seen : await this.read(partitionKey, deadline, { evenUnreadable });
      const { result, next, beside = [] } = await decide(at);
      if (next === undefined) return { result, at };
      if (next === null) {
        if (at.etag === undefined || (await table.remove(partitionKey, kind, at.etag, deadline)))
          return { result, at: absent };
      } else {
        const guarded = { partitionKey, rowKey: kind, values: this.#values(next), etag: at.etag ?? null };
        const etag = await table.write([guarded, ...beside], deadline);
        if (etag !== undefined) return { result, at: { doc: next, etag, ageMs: 0 } };
      }
      // Without jitter many changes at once, such as those of a page that asks in a loop, would make each other lose again and again.
      const pause = deadline.bound((signal) => time.sleep(pauseMs * (round + 1) * time.random(), signal));
      await pause.catch(() => {
        throw contention(`${kind}-contended`);
      });
    }
    throw contention(`${kind}-contended`);
  }

  #values(doc: D): Values {
    const { kind, parse, due } = this.#kind;
    const text = textOf(doc);
    // A document that this version cannot read again must not be written: it would lock that customer out.
    if (parse(jsonOf(text)) === undefined) throw new ProblemError('internal', { fault: `row-unwritable-${kind}` });
    if (text.length > maxDocumentCharacters) throw new ProblemError('internal', { fault: `row-too-large-${kind}` });
    const entries = Object.entries(due(doc)).filter(([, at]) => at !== undefined);
    return {
      doc: text,
      ...Object.fromEntries(entries.map(([name, at]) => [name, new Date(at as number).toISOString()])),
    };
  }
}

const absent = { doc: undefined, etag: undefined, ageMs: 0 };

/** The problem of a change that others were first to, again and again, or of a state that changed under this call. */
export const contention = (fault: string) =>
  new ProblemError('upstream-unavailable', {
    fault,
    failure: { party: 'app', kind: 'contended' },
    retryAfterSeconds: 5,
  });

/** The problem of a row that this version cannot read. */
export const unreadableRow = (kind: string) =>
  new ProblemError('upstream-unavailable', { fault: `row-unreadable-${kind}`, retryAfterSeconds: 30 });

/** A document as it is stored: JSON, with its version. */
export function textOf<D>(doc: D): string {
  return JSON.stringify({ v: documentVersion, ...doc });
}
