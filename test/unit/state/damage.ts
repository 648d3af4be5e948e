// Damage to stored rows, caused by a fault of the store, an operator or another version. Each makes the row unreadable to this version.
// None turns a valid document into another valid one, because no process could notice that.
import type { Step } from './steps.ts';
import { inVersion } from './versions.ts';
import type { World } from './world.ts';

type Damage = Extract<Step, { do: 'corrupt' }>;

const rowKeys = {
  person: 'person',
  session: 'session',
  subject: 'subject',
  feed: 'feed',
  sweep: 'sweep',
  id: 'id',
  state: 'state',
};

function damagedText(text: string, how: Damage['how']): string {
  if (how === 'version') return inVersion(text, 2);
  if (how === 'text') return `${text.slice(0, -1)},`;
  let doc: Record<string, unknown>;
  try {
    doc = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return text;
  }
  const consents = (doc.consents ?? []) as object[];
  switch (how) {
    case 'property':
      return JSON.stringify({
        ...doc,
        sessions: undefined,
        purgeAt: undefined,
        requests: undefined,
        movedTo: doc.movedTo,
      });
    case 'state':
      return JSON.stringify({
        ...doc,
        state: 'dreaming',
        consents: consents.map((one) => ({ ...one, state: 'dreaming' })),
      });
    case 'instant':
      return JSON.stringify({
        ...doc,
        purgeAt: '+275760-09-13',
        consents: consents.map((one) => ({ ...one, validTo: 9e15 })),
      });
    default:
      return JSON.stringify({ ...doc, note: 'of another version' });
  }
}

/** Damages one row, if there is one of the kind. */
export function damage({ tables }: World, damaged: Map<string, string>, { kind, which, how }: Damage): void {
  for (const table of [tables.consents, tables.sessions]) {
    const some = [...table.rows].filter(([key, { rowKey }]) =>
      kind === 'waiting' || kind === 'log' ? rowKey.startsWith(`${kind}-`) : key.endsWith(`|${rowKeys[kind]}`),
    );
    const [key, row] = some[which % Math.max(1, some.length)] ?? [];
    if (key === undefined || row === undefined) continue;
    const { partitionKey, rowKey } = row;
    if (typeof row.values.doc === 'string') {
      // The names that a row lists must not be lost with it: a session whose name was only there could not be found.
      const text = damagedText(row.values.doc, how === 'property' && kind !== 'session' ? 'extra' : how);
      damaged.set(key, text);
      table.corrupt({ partitionKey, rowKey }, { doc: text });
    } else {
      damaged.set(key, '');
      table.corrupt(
        { partitionKey, rowKey },
        { person: 'unreadable', at: 'never', since: 'never', returnUrl: 'javascript:alert(1)' },
      );
    }
  }
}
