// A future version of the program. It writes its documents as version 2, with a property that this version does not know, and reads both
// versions.
import type { Row, Step, Table, Values } from '../../../shared/storage/tables.ts';

const documents = ['person', 'session', 'subject', 'feed'];

/** A document's text as another version would have written it. */
export function inVersion(text: string, version: 1 | 2): string {
  try {
    const { v: _, ofVersion2: __, ...doc } = JSON.parse(text) as Record<string, unknown>;
    return JSON.stringify(version === 2 ? { v: 2, ofVersion2: true, ...doc } : { v: 1, ...doc });
  } catch {
    return text;
  }
}

/** A table as the future version sees it: what it reads becomes version 1, what it writes becomes `version`. */
export function asVersion(table: Table, version: 2): Table {
  const turned = (rowKey: string, values: Values, to: 1 | 2): Values =>
    documents.includes(rowKey) && typeof values.doc === 'string'
      ? { ...values, doc: inVersion(values.doc, to) }
      : values;
  const read = (row: Row): Row => ({ ...row, values: turned(row.rowKey, row.values, 1) });
  const written = (step: Step): Step => ({ ...step, values: turned(step.rowKey, step.values, version) });
  return {
    ...table,
    async read(...given) {
      const { row, serviceNow } = await table.read(...given);
      return { row: row && read(row), serviceNow };
    },
    write: (steps, deadline) => table.write(steps.map(written) as unknown as [Step, ...Step[]], deadline),
  };
}
