// One run from beginning to end. It throws at the first answer, call or stored state in which one bank's customer sees another's data.
import { setTimeout as sleep } from 'node:timers/promises';
import { VirtualTime } from '../support/virtual-time.ts';
import { banksOf, hostOf, type Owner, pageOf, people, saldoOf } from './banks.ts';
import { type Seen, startFront } from './front.ts';
import { createParties, type Truth } from './parties.ts';
import type { Run, Step } from './steps.ts';

/** The first customer starts with a consent and a held saldo at the first three banks. */
const opening: readonly Step[] = [0, 1, 2].flatMap((bank): Step[] => [
  { do: 'call', call: 'start', bank, person: 0, sid: 0, pageOf: bank },
  { do: 'decide', consent: bank, status: 'accepted' },
  { do: 'call', call: 'saldo', bank, person: 0, sid: 0, pageOf: bank },
]);

/**
 * The clock does not move while the program works, so no deadline runs out. It moves only for work that waits for the clock itself, such as
 * for a lease.
 */
async function finished<T>(work: Promise<T>, time: VirtualTime): Promise<T> {
  const waits = Symbol();
  for (;;) {
    const pause = new AbortController();
    const first = await Promise.race([work, sleep(100, waits, { signal: pause.signal }).catch(() => waits)]).finally(
      () => pause.abort(),
    );
    if (first !== waits) return first as T;
    await time.pass(10_000);
  }
}

/** Plays a run. Returns how many saldos were shown, because a program that shows nothing must not pass. */
export async function play({ kinds, steps }: Run): Promise<number> {
  const time = new VirtualTime();
  const banks = banksOf(kinds);
  const violations: string[] = [];
  const parties = createParties(banks, time, (what) => void violations.push(what));
  const front = startFront(banks, parties, time);
  const { truths } = parties;
  /** Sessions and subjects that were ended, by bank. */
  const ended = new Set<string>();
  /** Set once a row was copied or Altinn mixed receivers up. From then on customers may be refused, but nothing else may change. */
  let isTampered = false;
  let shown = 0;
  const bankAt = (index: number) => index % kinds.length;
  const truthAt = (index: number): Truth | undefined => truths[index % Math.max(1, truths.length)];

  /** Data that only its owner may see. A person of `undefined` means every customer of the bank. */
  const marks = function* (): Generator<{ text: string; bank: number; person?: number }> {
    for (let bank = 0; bank < kinds.length; bank++) {
      yield { text: hostOf(bank), bank };
      yield { text: banks.numberOf(bank), bank };
      for (let person = 0; person < people.length; person++) {
        yield { text: saldoOf({ bank, person }), bank, person };
        yield { text: pageOf({ bank, person }), bank, person };
      }
    }
    for (const { id, state, owner } of truths) {
      yield { text: id, ...owner };
      yield { text: state, ...owner };
    }
  };
  const check = (what: string, seen: Seen, owner: Owner | undefined) => {
    for (const { text, bank, person } of marks())
      if (seen.bytes.includes(text) && (bank !== owner?.bank || (person ?? owner.person) !== owner.person))
        violations.push(`${what} of bank ${owner?.bank} person ${owner?.person} holds ${text}`);
    for (const one of people) if (seen.bytes.includes(one.reveal())) violations.push(`${what} holds a national id`);
    if (seen.code === 'internal') violations.push(`${what} is internal`);
    if (seen.code === 'consent-person-mismatch' && !isTampered)
      violations.push(`${what} is a mismatch without a cause`);
  };
  const claimsOf = (person: number, sid: number) => {
    const seconds = Math.floor(time.now() / 1000);
    const nationalId = people[person]?.reveal();
    return {
      pid: nationalId,
      sid: `sid-${sid || `of-${person}`}`,
      sub: `sub-${person}`,
      iat: seconds,
      exp: seconds + 300,
    };
  };

  const doCall = async ({ call, bank: index, person, sid, pageOf: page }: Extract<Step, { do: 'call' }>) => {
    const owner = { bank: bankAt(index), person };
    const claims = claimsOf(person, sid);
    const isPageTheirs = bankAt(page) === owner.bank;
    const seen = await front.ask(
      call,
      await banks.personToken(owner.bank, claims, undefined),
      pageOf({ bank: bankAt(page), person }),
    );
    check(call, seen, owner);
    // A copied session row may name another person, or a person who has logged out.
    if (sid === 0 && !isTampered && seen.code === 'person-token-invalid') violations.push('a sound token is refused');
    if (call === 'start' && !isPageTheirs && seen.status < 300) violations.push("another bank's return URL is taken");
    const isEnded = [claims.sid, claims.sub].some((name) => ended.has(`${owner.bank} ${name}`));
    if (seen.code === 'session-ended' && !isEnded && !isTampered)
      violations.push("a session is ended by another bank's logout");
    const own = truths.filter((truth) => truth.owner.bank === owner.bank && truth.owner.person === person);
    if (seen.code === 'consent-revoked' && !isTampered && !own.some((truth) => truth.wasRevoked))
      violations.push("a consent is withdrawn by another bank's event");
    if (call === 'logout' && seen.status === 204) ended.add(`${owner.bank} ${claims.sid}`);
    if (call === 'saldo' && seen.status === 200) {
      shown += 1;
      if (!seen.bytes.includes(saldoOf(owner))) violations.push("the saldo is not the customer's");
    }
  };

  const copyRow = async ({ table, from, to, renamed }: Extract<Step, { do: 'copy' }>) => {
    const { rows } = front.tables[table];
    const all = [...rows.entries()];
    const [, source] = all[from % Math.max(1, all.length)] ?? [];
    // Only the customer's browser has the `state`, so no one else finds its row. A row written over it leads elsewhere.
    const others = all.filter(
      ([, row]) => row.rowKey === source?.rowKey && row.rowKey !== 'state' && row.values.bank !== source.values.bank,
    );
    const [key, target] = others[to % Math.max(1, others.length)] ?? [];
    if (source === undefined || key === undefined || target === undefined) return;
    const bank = renamed && table === 'sessions' ? target.values.bank : source.values.bank;
    rows.set(key, { ...target, values: { ...source.values, bank: bank ?? '' } });
    isTampered = true;
    // The row's name does not show whose row it is.
    const at = banks.indexOf(String(target.values.bank));
    for (let person = 0; person < people.length; person++)
      for (const call of ['saldo', 'consent'] as const)
        await doCall({ do: 'call', call, bank: at, person, sid: 0, pageOf: at });
  };

  const begin = async (step: Step): Promise<void> => {
    switch (step.do) {
      case 'call':
        return doCall(step);
      case 'forge': {
        const owner = { bank: bankAt(step.bank), person: step.person };
        const token = await banks.personToken(owner.bank, claimsOf(step.person, 0), step.how);
        const seen = await front.ask(step.call, token, pageOf(owner));
        // A bank that shares its identity provider with no other bank does not read the claim.
        const isSound = step.how === 'claim' && kinds[owner.bank] !== 'shared';
        check('an answer to a forged token', seen, isSound ? owner : undefined);
        if (isSound && step.call === 'logout') ended.add(`${owner.bank} sid-of-${step.person}`);
        if (!isSound && seen.code !== 'person-token-invalid') violations.push(`a forged token (${step.how}) is taken`);
        return;
      }
      case 'decide': {
        const truth = truthAt(step.consent);
        if (truth) parties.decide(truth, step.status);
        return;
      }
      case 'callback': {
        const truth = step.isKnown ? truthAt(step.consent) : undefined;
        const seen = await front.callback(truth?.state ?? 'x'.repeat(43));
        // With one bank in the list, every browser is sent to that bank's page.
        check('a callback', seen, truth?.owner ?? (kinds.length === 1 ? { bank: 0, person: -1 } : undefined));
        return;
      }
      case 'notify': {
        const bank = bankAt(step.bank);
        const { sid, sub } = claimsOf(step.person, step.sid);
        const seconds = Math.floor(time.now() / 1000);
        const claims = {
          iat: seconds,
          exp: seconds + 60,
          jti: `${time.now()}`,
          ...(step.by === 'sid' ? { sid } : { sub }),
        };
        const seen = await front.notify(await banks.logoutToken(bank, claims, step.hasClaim));
        check('an answer to a logout token', seen, undefined);
        if (seen.status !== 200 && !isTampered) violations.push(`a logout token is refused: ${seen.code}`);
        for (const at of step.hasClaim ? [bank] : banks.sharing(bank))
          ended.add(`${at} ${step.by === 'sid' ? sid : sub}`);
        return;
      }
      case 'sync':
        return front.sync().catch(() => {});
      case 'stray': {
        const truth = truthAt(step.consent);
        // An event about the bank's own consent comes from Altinn and is true.
        if (truth && truth.owner.bank !== bankAt(step.bank))
          parties.inFeed(bankAt(step.bank), { id: truth.id, type: step.type });
        return;
      }
      case 'copy':
        return copyRow(step);
      case 'mix-up': {
        const truth = truthAt(step.consent);
        isTampered = true;
        if (truth === undefined) return;
        truth.receiver = bankAt(step.receiver);
        // The look-up runs in a new login, in which nothing is held.
        return doCall({ do: 'call', call: 'saldo', ...truth.owner, sid: 1 + (step.receiver % 3), pageOf: 0 });
      }
    }
  };

  for (const step of [...opening, ...steps]) {
    await finished(begin(step), time);
    // Longer than the program relies on what it read in Altinn, and longer than it remembers a failure.
    await time.pass(2000);
    if (violations.length > 0) throw new Error(violations.join('; '));
  }
  const rowsOf = new Map<string, unknown>();
  for (const table of isTampered ? [] : Object.values(front.tables))
    for (const { partitionKey, values } of table.rows.values())
      if (values.bank !== (rowsOf.get(partitionKey) ?? values.bank))
        throw new Error('two banks have a partition in common');
      else rowsOf.set(partitionKey, values.bank);
  return shown;
}
