// The end of every run: all faults are over, and every customer must get their saldo, whatever happened in the run.
import type { Life } from './life.ts';
import type { Outcome } from './operations.ts';
import type { Login } from './oracle.ts';
import { day, minute } from './parties.ts';
import { people } from './world.ts';

/** Runs one operation to its end. */
async function ended<T>(life: Life, work: Promise<Outcome<T>>): Promise<Outcome<T>> {
  let outcome: Outcome<T>;
  void work.then((value) => {
    outcome = value;
  });
  for (let round = 0; round < 40 && outcome === undefined; round++) await life.pass(round < 10 ? 500 : 20_000);
  return outcome;
}

const codeOf = (outcome: Outcome<unknown>) =>
  outcome === undefined
    ? 'no answer'
    : 'problem' in outcome
      ? `${outcome.problem.code} ${outcome.problem.fault ?? ''}`
      : 'done';

/** Ends all faults, and then asks for everything that a customer is promised. */
export async function endWell(life: Life): Promise<void> {
  const { world, rows, hosts, fail } = life;
  const { parties } = world;
  Object.assign(parties.state, { altinn: 'up', lanekassen: 'up' });
  parties.state.refused.clear();
  for (const truth of parties.truths.values()) delete truth.twist;
  for (const { faults } of hosts) faults.length = 0;
  world.calmDown();
  await life.pass(3 * minute);
  for (const index of [0, 1]) {
    const { personPhase, sessionPhase } = (hosts[index] as (typeof hosts)[0]).setup;
    life.restart(index, { personPhase, sessionPhase, acceptMigrated: true, isNext: false, isShortList: false });
  }
  const host = () => hosts[world.time.random() < 0.5 ? 0 : 1];
  // The feed is read to its end, whatever it contains, and the sweep runs to its end.
  await life.pass(6 * minute);
  let synced: Outcome<string>;
  for (let round = 0; round < 20; round++) {
    synced = await ended(life, life.sync(host()));
    if (synced && 'value' in synced && synced.value === 'complete') break;
    await life.pass(15_000);
  }
  if (!(synced && 'value' in synced && synced.value === 'complete'))
    fail('the feed never comes to its end', codeOf(synced));
  await ended(
    life,
    life.operate(host(), () => host().purge(), 400_000),
  );

  const old = [...life.logins];
  for (const [person] of people.entries()) {
    const fresh = () => life.login(person, 'own');
    let one: Login = fresh();
    await life.pass(1000);
    // A consent in force leads to a saldo, if nothing speaks against it any more.
    const row = rows.personOf(person);
    const known = await ended(life, life.current(host(), one));
    if (known && 'value' in known && known.value.state === 'accepted') {
      const found = await ended(life, life.lookUp(host(), one));
      const code = codeOf(found);
      if (code !== 'done' && !/^consent-(revoked|expired)/.test(code) && !code.includes('row-unreadable'))
        fail('a consent in force does not serve', { person, code, row });
      const now = rows.personOf(person)?.doc?.consents?.find(({ state }) => state === 'accepted');
      if (code === 'done' && now?.doubt) fail('a doubt outlives the answer that takes it back', { person, now });
    }
    // Sessions without a logout go on, and show nothing wrong.
    for (const other of old.filter((each) => each.person === person).slice(-3)) {
      const seen = await ended(life, life.lookUp(host(), other));
      if (codeOf(seen).startsWith('session-ended') && !other.mayBeEnded && !hadDamage(life))
        fail('a session was ended by nothing', { other });
    }
    // Every customer can end the use, also a second time.
    for (let round = 0; round < 2; round++) {
      const done = await endUse(life, one, host);
      one = done.one;
      if (done.code !== 'done')
        fail('the use cannot be ended', { person, code: done.code, row: rows.personOf(person) });
    }
    for (const other of [...old, one].filter((each) => each.person === person).slice(-4)) {
      const after = await ended(life, life.lookUp(host(), other));
      if (codeOf(after) === 'done') fail('a saldo is shown after the end of the use', { other });
    }
    // Every customer can request a new consent, within the limits.
    let asked = '';
    for (let round = 0; round < 4 && asked !== 'done'; round++) {
      if (round > 0) await life.pass(day + minute);
      one = await loggedInAgain(life, one);
      asked = codeOf(await ended(life, life.ask(host(), one)));
    }
    if (asked !== 'done') fail('no way to a new consent', { person, asked, row: rows.personOf(person) });
    for (const truth of parties.truths.values())
      if (truth.person === person && truth.status === 'created') parties.act(truth, 'accepted');
    const saldo = codeOf(await ended(life, life.lookUp(host(), one)));
    if (saldo !== 'done') fail('a new consent does not serve', { person, saldo, row: rows.personOf(person) });
  }
}

/** A session row that cannot be read counts as ended, because it may be. */
const hadDamage = ({ damaged, seen }: Life) => damaged.size > 0 || seen.nextVersion;

/** Logs out on both instances, because each may know another key of the subject. Then logs in again. */
async function loggedInAgain(life: Life, one: Login): Promise<Login> {
  for (const host of life.hosts) await ended(life, life.logOut(host, one, 'token'));
  await life.pass(2000);
  return life.login(one.person, 'own');
}

async function endUse(life: Life, given: Login, host: () => Life['hosts'][0]): Promise<{ code: string; one: Login }> {
  let one = given;
  let code = codeOf(await ended(life, life.end(host(), one)));
  // A logout replaces a subject's row that cannot be read. Then the customer logs in once more.
  for (let round = 0; round < 2 && code.includes('row-unreadable-s'); round++) {
    one = await loggedInAgain(life, one);
    code = codeOf(await ended(life, life.end(host(), one)));
  }
  return { code, one };
}
