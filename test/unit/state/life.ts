// Plays a run: begins each step, lets time pass, and compares tables and answers with what must hold.
import { damage } from './damage.ts';
import { createOperations, secondOf } from './operations.ts';
import { createOracle, type Login } from './oracle.ts';
import type { Run } from './profiles.ts';
import { createRows } from './rows.ts';
import type { Setup } from './setup.ts';
import type { Step } from './steps.ts';
import { createWorld, type Host, type World } from './world.ts';

/** Returns a number that differs from the other by at most one, because no deployment skips a phase of a rotation. */
const near = (wanted: number, other: number, least: number) => Math.max(least, other - 1, Math.min(wanted, other + 1));

/** A run of the model. */
export function createLife({ phases, ...options }: Omit<Run, 'opening' | 'steps' | 'profile'>) {
  const faults: { what: string; detail: unknown }[] = [];
  const fail = (what: string, detail?: unknown) => void faults.push({ what, detail });
  const world: World = createWorld(options, (call) => oracle.onCall(call));
  const oracle = createOracle(() => world, fail);
  const rows = createRows(() => world, fail);
  const { time, parties } = world;
  const logins: Login[] = [];
  /** Rows that were damaged here, with the text that was put into them. */
  const damaged = new Map<string, string>();
  const seen = { nextVersion: false };
  const counts = { shown: 0, fetched: 0 };
  const [first = 0, second = 0] = phases;
  let highest = { person: Math.max(first, second), session: Math.max(first, second) };
  const calm = (phase: number): Setup => ({
    personPhase: phase,
    sessionPhase: phase,
    acceptMigrated: true,
    isNext: false,
    isShortList: false,
  });
  const hosts: [Host, Host] = [world.start(calm(first)), world.start(calm(second))];
  const restart = (index: number, setup: Setup) => {
    (hosts[index] as Host).life.isDead = true;
    hosts[index] = world.start(setup);
  };

  const operations = createOperations({ world, oracle, logins, damaged, counts, fail });
  const { login, lookUp, ask, current, end, logOut, sync, importOne, callback, operate, truth } = operations;

  const deploy = ({ host, personPhase, sessionPhase, ...rest }: Extract<Step, { do: 'deploy' }>) => {
    const other = (hosts[1 - host] as Host).setup;
    // Once a process has written under the new secret first, a process with only the old secret finds nothing any more.
    const next = {
      personPhase: near(personPhase, other.personPhase, highest.person > 1 ? 1 : 0),
      sessionPhase: near(sessionPhase, other.sessionPhase, highest.session > 1 ? 1 : 0),
    };
    seen.nextVersion ||= rest.isNext;
    highest = {
      person: Math.max(highest.person, next.personPhase),
      session: Math.max(highest.session, next.sessionPhase),
    };
    restart(host, { ...next, acceptMigrated: rest.acceptMigrated, isNext: rest.isNext, isShortList: rest.isShortList });
  };

  const begin = (one: Step): void => {
    const host = hosts['host' in one ? one.host : 0] as Host;
    const session = 'who' in one ? logins[one.who % Math.max(1, logins.length)] : undefined;
    if ('who' in one && session === undefined) return;
    const works: { [D in Step['do']]: (given: Extract<Step, { do: D }>) => unknown } = {
      login: ({ person, sub }) => login(person, sub),
      refresh: () => session?.isOver || Object.assign(session as Login, { issuedAt: secondOf(time.now()) }),
      'look-up': () => lookUp(host, session as Login),
      ask: () => ask(host, session as Login),
      current: () => current(host, session as Login),
      end: () => end(host, session as Login),
      callback: ({ person, which }) => callback(host, person, which),
      answer({ person, which, type }) {
        const found = truth(
          person,
          which,
          ({ status }) =>
            status === (/ed$/.test(type) && type[0] === 'a' ? 'created' : type === 'rejected' ? 'created' : 'accepted'),
        );
        if (found) parties.act(found, type);
      },
      'log-out': ({ by, lateMs }) => logOut(host, session as Login, by, lateMs),
      async crowd({ person, sub, many }) {
        for (let nth = 0; nth < many; nth++) await lookUp(host, login(person, sub));
      },
      sync: () => sync(host),
      sweep: () => operate(host, () => host.purge(), 400_000),
      import: ({ person }) => importOne(host, person),
      wait: () => {},
      deploy,
      fault: ({ nth, fault }) => host.faults.push(...Array.from({ length: nth }, () => undefined), fault),
      corrupt: (given) => damage(world, damaged, given),
      altinn: ({ is }) => Object.assign(parties.state, { altinn: is }),
      lanekassen: ({ is }) => Object.assign(parties.state, { lanekassen: is }),
      refuse: ({ person, isRefused }) =>
        isRefused ? parties.state.refused.add(person) : parties.state.refused.delete(person),
      twist({ person, which, twist }) {
        const found = truth(person, which, ({ status }) => status === 'accepted');
        if (found) Object.assign(found, { twist });
      },
      shorten({ person, which, ms }) {
        const found = truth(person, which, ({ status }) => status === 'accepted');
        if (found === undefined) return;
        found.validTo = Math.min(found.validTo, time.now() + ms);
        found.validTos.push(found.validTo);
      },
    };
    const done = (works[one.do] as (given: Step) => unknown)(one);
    if (done instanceof Promise) done.catch((error: unknown) => fail('the model has failed', error));
  };

  /** Lets time pass, and checks the tables. */
  const pass = async (ms: number) => {
    await time.run(time.monotonic() + ms);
    for (const [index, { life, setup }] of hosts.entries()) if (life.isDead) restart(index, setup);
    rows.check(logins, hosts, oracle, damaged);
  };

  const throwFirst = () => {
    const [first] = faults;
    if (first)
      throw new Error(
        `${first.what}: ${first.detail instanceof Error ? first.detail.stack : JSON.stringify(first.detail)}`,
      );
  };
  return { ...operations, seen, world, rows, logins, hosts, damaged, counts, fail, throwFirst, begin, pass, restart };
}

export type Life = ReturnType<typeof createLife>;
