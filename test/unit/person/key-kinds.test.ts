import { describe, expect, expectTypeOf, test } from 'vitest';
import type { People } from '../../../shared/consent/people.ts';
import type { PersonKey, SessionKey, SubjectKey } from '../../../shared/person/person-key.ts';
import type { HeldSaldo } from '../../../shared/saldo/held-saldo.ts';
import type { SessionRow } from '../../../shared/session/session.ts';
import type { Sessions } from '../../../shared/session/sessions.ts';
import type { Subject } from '../../../shared/session/subjects.ts';
import type { Documents } from '../../../shared/storage/documents.ts';

/** `tsc` (npm run check) tests these lines: without its `expect-error`, none of them compiles. */
const swapped = {
  persons: (people: People, key: SessionKey, deadline: never) =>
    // @ts-expect-error A session key names no person.
    people.read([key], deadline),
  sessions: (sessions: Sessions, key: PersonKey, deadline: never) =>
    // @ts-expect-error A person key names no session.
    sessions.erase(key, deadline),
  rows: (rows: Documents<SessionRow, SessionKey>, key: SubjectKey, deadline: never) =>
    // @ts-expect-error A subject key names no session's row.
    rows.read(key, deadline),
  subjects: (rows: Documents<Subject, SubjectKey>, key: SessionKey, deadline: never) =>
    // @ts-expect-error A session key names no subject's row.
    rows.read(key, deadline),
  owner: (held: HeldSaldo, sealed: never, caller: never, key: SessionKey) =>
    // @ts-expect-error The owner of a held saldo is a person.
    held.open(sealed, caller, key),
  text: (sessions: Sessions, sid: string, deadline: never) =>
    // @ts-expect-error A text, such as a `sid`, is no key.
    sessions.erase(sid, deadline),
};

describe('the kinds of keys', () => {
  test('no kind of key can be assigned to another, and no text to any kind', () => {
    expectTypeOf<PersonKey>().not.toExtend<SessionKey>();
    expectTypeOf<SessionKey>().not.toExtend<SubjectKey>();
    expectTypeOf<SubjectKey>().not.toExtend<PersonKey>();
    expectTypeOf<string>().not.toExtend<PersonKey | SessionKey | SubjectKey>();
  });

  test('each way of swapping two keys is a compile error', () => expect(Object.keys(swapped)).toHaveLength(6));
});
