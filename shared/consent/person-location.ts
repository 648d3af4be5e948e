import type { PersonKey, PersonKeys } from '../person/person-key.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import { type At, contention, type Documents } from '../storage/documents.ts';
import { arrived } from './person.ts';
import { maxValidityMs, type PersonRow } from './person-document.ts';

// While PERSON_KEY_SECRET is rotated (docs/contracts/interface.md §4) a customer has two names, and processes that use
// either of them first work on the same table. The customer still has one row. It goes from one name to the other in three
// guarded steps, each of one row, which any process may repeat: the old row is marked as moving, and from then on refuses
// every other change; the person is written under the new name; the old row becomes a signpost.

/** Where a customer's row is, or would be written. */
export type Location = {
  /** The names that were asked for, the one in use first. */
  names: PersonKeys;
  name: PersonKey;
  at: At<PersonRow>;
  /** To be done before a new row is written; `false`: another process was first. Only while two names are known. */
  claim?: ((deadline: Deadline) => Promise<boolean>) | undefined;
  /** Only of a row that cannot be read: another name under which a row is. The unreadable one may be the signpost to it. */
  otherName?: PersonKey | undefined;
};

type Ports = { rows: Documents<PersonRow, PersonKey>; retentionMs: number; time: Time };

const maxRounds = 8;

/** Finds the customer's row, completes a move that was started, and moves the row to the key in use. */
export async function locate(
  ports: Ports,
  names: PersonKeys,
  deadline: Deadline,
  evenUnreadable: boolean,
): Promise<Location> {
  const { rows } = ports;
  for (let round = 0; round < maxRounds; round++) {
    const read = new Map<PersonKey, At<PersonRow>>();
    const look = async (name: PersonKey) => {
      const at = read.get(name) ?? (await rows.read(name, deadline, { evenUnreadable }));
      read.set(name, at);
      return at;
    };
    await Promise.all(names.map(look));
    /** Follows the signposts; `undefined`: they led in a circle, because the row moved while they were read. */
    const endOf = async (start: PersonKey): Promise<PersonKey | undefined> => {
      let name = start;
      for (let hop = 0; hop < maxRounds; hop++) {
        const movedTo = movedToOf(await look(name));
        if (movedTo === undefined) return name;
        // Read before the signpost was written, it may have been empty still.
        if (read.get(movedTo)?.etag === undefined) read.delete(movedTo);
        name = movedTo;
      }
      return undefined;
    };
    const found = await Promise.all(names.map(endOf));
    const ends = [...new Set(found.filter((name) => name !== undefined))];
    const at = (name: PersonKey) => read.get(name) as At<PersonRow>;
    // The second: it was empty, and the row has come and gone since.
    if (found.includes(undefined) || ends.some((name) => movedToOf(at(name)) !== undefined)) continue;
    const moving = ends.find((name) => movingToOf(at(name)) !== undefined);
    const goal = moving && movingToOf(at(moving));
    if (goal !== undefined) await look(goal);
    // A row that cannot be read may hold anything, so nothing is moved, and no other row is used beside it. The end of the use
    // replaces it, and finds the other row then.
    const unreadable = [...ends, goal].find((name) => name !== undefined && at(name).unreadable !== undefined);
    if (unreadable !== undefined) {
      const otherName = ends.find(
        (name) => name !== unreadable && at(name).etag !== undefined && movingToOf(at(name)) !== unreadable,
      );
      return { names, name: unreadable, at: at(unreadable), otherName };
    }
    if (moving !== undefined) {
      await completeMove(ports, moving, at(moving), deadline);
      continue;
    }
    const [inUse, other] = names;
    const taken = ends.filter((name) => at(name).etag !== undefined);
    const elsewhere = taken.find((name) => name !== inUse && names.length > 1 && personOf(at(name)) !== undefined);
    const person = elsewhere && personOf(at(elsewhere));
    if (elsewhere !== undefined && person !== undefined) {
      await replaceSeen(rows, elsewhere, at(elsewhere), { ...person, movingTo: inUse }, deadline);
      continue;
    }
    const name = taken[0] ?? ends[0] ?? inUse;
    const isFree = taken.length === 0 && ends.length > 1 && other !== undefined;
    // Two processes, each with its own name first, must not both write a new row: the lesser of the two names decides.
    const claim = isFree && other < inUse ? (by: Deadline) => claimName(ports, other, inUse, by) : undefined;
    return { names, name, at: at(name), claim };
  }
  throw fought();
}

/** The row changes its name more often than one request can follow. */
export const fought = () => contention('person-moving');

/** The signpost, the person and the key of a begun move in a row, where there is one. */
const movedToOf = ({ doc }: At<PersonRow>) => (doc !== undefined && 'movedTo' in doc ? doc.movedTo : undefined);
const personOf = ({ doc }: At<PersonRow>) => (doc === undefined || 'movedTo' in doc ? undefined : doc);
const movingToOf = (at: At<PersonRow>) => personOf(at)?.movingTo;

/** Puts a signpost under the lesser name, if nothing is there. */
async function claimName({ rows, time, retentionMs }: Ports, lesser: PersonKey, to: PersonKey, deadline: Deadline) {
  const signpost: PersonRow = { movedTo: to, purgeAt: time.now() + retentionMs };
  const { at } = await rows.change(lesser, deadline, ({ etag }) =>
    etag === undefined ? { result: undefined, next: signpost } : { result: undefined },
  );
  return movedToOf(at) === to;
}

/** Writes a row, if it is still as it was `seen`: a late repetition changes nothing. */
function replaceSeen(rows: Ports['rows'], name: PersonKey, seen: At<PersonRow>, next: PersonRow, deadline: Deadline) {
  const decide = ({ etag }: At<PersonRow>) =>
    etag === seen.etag ? { result: undefined, next } : { result: undefined };
  return rows.change(name, deadline, decide, { seen });
}

/** The second and the third step, both guarded by the mark's own ETag. */
async function completeMove(ports: Ports, from: PersonKey, marked: At<PersonRow>, deadline: Deadline): Promise<void> {
  const { rows, time, retentionMs } = ports;
  const source = personOf(marked);
  if (source?.movingTo === undefined) return;
  const { movingTo: to, ...person } = source;
  await rows.change(to, deadline, async (target) => {
    const there = personOf(target);
    // Not where two moves meet: `formerly` names earlier moves, and each would take the other row for the person.
    if (there?.formerly.includes(from) && there.movingTo !== from) return { result: undefined };
    // Read after the target: where the move was completed by then, the target has changed and this write loses.
    if ((await rows.read(from, deadline)).etag !== marked.etag) return { result: undefined };
    return { result: undefined, next: { ...arrived(from, to, person, there, time.now()), movingTo: there?.movingTo } };
  });
  // The signpost stays as long as an index row may lead here: that of a request being written, or of one that is answered late.
  const purgeAt = time.now() + maxValidityMs + retentionMs;
  await replaceSeen(rows, from, marked, { movedTo: to, purgeAt }, deadline);
}
