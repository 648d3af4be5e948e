// What the tables must look like at every moment. They are read without the program's own code.
import type { ConsentState } from '../../../shared/consent/consent.ts';
import { feedKind } from '../../../shared/consent/feed-lease.ts';
import { personKind } from '../../../shared/consent/person-document.ts';
import { personKey, sessionKey, subjectKey } from '../../../shared/person/person-key.ts';
import { sessionKind } from '../../../shared/session/session.ts';
import { subjectKind } from '../../../shared/session/subjects.ts';
import type { Login, Oracle } from './oracle.ts';
import { personSecrets, sessionSecrets } from './setup.ts';
import { type Host, people, type World } from './world.ts';

export const issuer = 'https://login.example';

type Doc = {
  v: number;
  consents?: { id: string; state: ConsentState; validTo: number; doubt?: object }[];
  sessions?: { session: string; consentId?: string; until: number }[];
  formerly?: string[];
  movingTo?: string;
  movedTo?: string;
  state?: string;
  owner?: string;
  expiresAt?: number;
};

/** Caches the result of `work` for a text, because most rows do not change from one check to the next. */
function remembered<T>(work: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    if (!known.has(text)) known.set(text, work(text));
    if (known.size > 5000) known.clear();
    return known.has(text) ? (known.get(text) as T) : work(text);
  };
}

const parsed = remembered((text): Doc | undefined => {
  try {
    const doc = JSON.parse(text) as Doc;
    return typeof doc === 'object' && doc !== null ? doc : undefined;
  } catch {
    return undefined;
  }
});
const sessionNames = remembered((sid) => sessionSecrets.map((secret) => sessionKey(secret, issuer, sid)));
const subjectNames = remembered((sub) => sessionSecrets.map((secret) => subjectKey(secret, issuer, sub)));
const personNames = people.map((person) => personSecrets.map((secret) => personKey(secret, person)));

const person = personKind(365 * 86_400_000, () => 0);
/** Whether the program can read a text as a document of its kind. */
const isReadable = {
  person: remembered((text) => person.parse(parsed(text)) !== undefined),
  session: remembered((text) => sessionKind.parse(parsed(text)) !== undefined),
  subject: remembered((text) => subjectKind.parse(parsed(text)) !== undefined),
  feed: remembered((text) => feedKind.parse(parsed(text)) !== undefined),
} as const;
type Kind = keyof typeof isReadable;

/** Checks the tables. `damaged` holds the rows that the model has damaged, by `partition|row`. */
export function createRows(world: () => World, fail: (what: string, detail?: unknown) => void) {
  const nameOf = (person: number, phase: 0 | 1) => personNames[person]?.[phase] as string;
  const textAt = (table: 'consents' | 'sessions', partition: string, row: string): string | undefined => {
    const found = world().tables[table].rows.get(`${partition}|${row}`);
    return found && String(found.values.doc);
  };

  /** The row that counts. A signpost, or a row that has already arrived elsewhere, does not. */
  const personOf = (person: number): { name: string; doc: Doc | undefined; texts: string[] } | undefined => {
    const both = ([0, 1] as const).flatMap((phase) => {
      const name = nameOf(person, phase);
      const text = textAt('consents', name, 'person');
      return text === undefined ? [] : [{ name, text, doc: parsed(text) }];
    });
    const live = both.filter(({ doc }) => doc?.movedTo === undefined);
    const texts = live.map(({ text }) => text);
    const isCopied = ({ name, doc }: (typeof both)[0]) =>
      doc?.movingTo !== undefined && live.some((other) => other.doc?.formerly?.includes(name));
    const one = live.find((row) => !isCopied(row));
    return one && { name: one.name, doc: one.doc, texts };
  };

  return {
    personOf,
    nameOf,
    /** Whether this version can read the customer's row, or there is none. */
    isPersonReadable: (person: number) =>
      ([0, 1] as const).every((phase) => {
        const text = textAt('consents', nameOf(person, phase), 'person');
        return text === undefined || isReadable.person(text);
      }),

    check(logins: readonly Login[], hosts: readonly Host[], oracle: Oracle, damaged: ReadonlyMap<string, string>) {
      const { time, tables } = world();
      const now = time.now();
      for (const [key, { rowKey, values }] of [...tables.consents.rows, ...tables.sessions.rows]) {
        if (!(rowKey in isReadable) || damaged.get(key) === values.doc) continue;
        const text = String(values.doc);
        if (parsed(text)?.v === 2) continue;
        if (!isReadable[rowKey as Kind](text)) fail('a row was written that cannot be read', { key, text });
      }
      for (const [person] of people.entries()) {
        const row = personOf(person);
        if (row?.doc === undefined || damaged.get(`${row.name}|person`) === row.texts[0]) continue;
        const consents = row.doc.consents ?? [];
        for (const { id, state } of consents) oracle.onState(id, state);
        const ids = (state: ConsentState) => consents.filter((one) => one.state === state);
        if (ids('pending').length > 1) fail('two open requests', consents);
        if (ids('accepted').length > 1) fail('two consents in force', consents);
      }
      for (const { partitionKey, rowKey, values } of tables.sessions.rows.values()) {
        const doc = rowKey === 'session' ? parsed(String(values.doc)) : undefined;
        if (
          doc?.state !== 'held' ||
          (doc.expiresAt ?? 0) <= now ||
          damaged.get(`${partitionKey}|session`) === values.doc
        )
          continue;
        const login = logins.find(({ sid }) => sessionNames(sid).some((key) => key === partitionKey));
        const row = login && personOf(login.person);
        if (login === undefined || row === undefined) {
          fail('a saldo is held of a customer without a row', { partitionKey, login });
          continue;
        }
        if (!row.texts.some((text) => text.includes(partitionKey)))
          fail('a saldo is held that the end of the use would not find', { login, row });
        const entry = row.doc?.sessions?.find(({ session }) => session === partitionKey);
        const consent = row.doc?.consents?.find(({ id }) => id === entry?.consentId);
        if (consent && (doc.expiresAt ?? 0) > consent.validTo && consent.state === 'accepted')
          fail('a saldo is held for longer than its consent', { doc, consent });
        if (login.sub === undefined) continue;
        for (const { setup, life } of hosts) {
          if (life.isDead) continue;
          const names = subjectNames(login.sub).slice(0, setup.sessionPhase === 0 ? 1 : 2);
          const lists = names.map((name) => textAt('sessions', name, 'subject'));
          if (!lists.some((text) => text?.includes(partitionKey)))
            fail('a saldo is held that a logout by subject would not find', { login, lists });
        }
      }
    },
  };
}

export type Rows = ReturnType<typeof createRows>;
