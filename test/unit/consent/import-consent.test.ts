// Imports of consents that Altinn migrated: an import that is run again never brings back a consent that has ended.
import { beforeEach, describe, expect, test } from 'vitest';
import { type Consent, transition } from '../../../shared/consent/consent.ts';
import { importConsent } from '../../../shared/consent/import-consent.ts';
import { type Person, withEach } from '../../../shared/consent/person.ts';
import { steinar } from '../support/people.ts';
import { problemOf } from '../support/problems.ts';
import { consentAt, consentWorld, day, hour, idOf } from './consent-world.ts';

let world: ReturnType<typeof consentWorld>;
beforeEach(() => {
  world = consentWorld({ acceptMigrated: true });
  world.inAltinn(consentAt(world.time.now()));
});

const importIt = () =>
  world.time.run(importConsent(world.context, world.feed, { nationalId: steinar, id: idOf(1) }, world.far()));
const end = async () =>
  world.time.run(world.consents.end(await world.people.read(world.keysOf(steinar), world.far(), true), world.far()));
const states = async () => Object.fromEntries((await world.read()).person.consents.map(({ id, state }) => [id, state]));
const change = async (next: (person: Person) => Person) =>
  world.time.run(world.people.change(await world.read(), world.far(), (person) => ({ result: 0, next: next(person) })));
/** Adds `count` requests that were given up, one after the other. */
async function giveUp(count: number, changes: Partial<Consent> = {}): Promise<void> {
  for (let index = 0; index < count; index++) {
    await world.time.pass(hour);
    const now = world.time.now();
    const one = consentAt(now, { id: idOf(100 + index), state: 'abandoned', ...changes });
    await change((person) => ({ ...person, consents: [...person.consents, one] }));
  }
}
const row = () => world.table.rows.get(`${world.keysOf(steinar)[0]}|person`);
/** What the sweep would do with the customer's row now. */
const sweep = () => {
  if (String(row()?.values.purgeAt) < new Date(world.time.now()).toISOString()) world.table.rows.delete(rowKey());
};
const rowKey = () => `${world.keysOf(steinar)[0]}|person`;

describe('an import that is run again', () => {
  test('changes nothing', async () => {
    expect(await importIt()).toBe('recorded');
    expect(await importIt()).toBe('already-recorded');
    expect(await states()).toEqual({ [idOf(1)]: 'accepted' });
  });

  test('does not bring back a consent that the customer ended, however many requests came after it', async () => {
    await importIt();
    await end();
    await giveUp(30);
    expect(await importIt()).toBe('already-recorded');
    expect(Object.values(await states())).not.toContain('accepted');
    expect(await states()).toMatchObject({ [idOf(1)]: 'ended' });
  });

  test('does not bring back a consent that was ended together with 20 newer requests, all at one instant', async () => {
    await importIt();
    await giveUp(20, { createdAt: world.time.now() + day });
    await end();
    expect(await importIt()).toBe('already-recorded');
    expect(await states()).toMatchObject({ [idOf(1)]: 'ended' });
  });

  test('does not bring back a consent that another one replaced and that the customer ended then', async () => {
    await importIt();
    await change((person) => withEach(person, (one) => transition(one, 'newer-accepted', world.time.now())));
    await giveUp(30);
    await end();
    expect(await importIt()).toBe('already-recorded');
  });

  test('does not bring back an ended consent after a retention that is shorter than the consent', async () => {
    world = consentWorld({ acceptMigrated: true, keptMs: 30 * day });
    world.inAltinn(consentAt(world.time.now()));
    await importIt();
    await end();
    await world.time.pass(299 * day);
    sweep();
    expect(await importIt()).toBe('already-recorded');
    // Then Altinn calls it valid no more, and the row may go after its retention.
    await world.time.pass(2 * day);
    sweep();
    expect(row()).toBeUndefined();
    expect(await importIt()).toBe('not-accepted-expired');
  });

  test('does not bring back a consent that was ended in a row that could not be read', async () => {
    await importIt();
    const doc = JSON.parse(String(row()?.values.doc)) as object;
    world.table.corrupt(
      { partitionKey: world.keysOf(steinar)[0], rowKey: 'person' },
      { doc: JSON.stringify({ ...doc, v: 2, mood: 'good' }) },
    );
    expect((await problemOf(importIt)).fault).toBe('row-unreadable-person');
    await end();
    expect(await states()).toEqual({ [idOf(1)]: 'ended' });
    expect(await importIt()).toBe('already-recorded');
    await world.time.pass(299 * day);
    sweep();
    expect(await importIt()).toBe('already-recorded');
  });
});
