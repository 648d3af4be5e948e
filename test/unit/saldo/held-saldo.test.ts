// An attacker with the whole table and every secret of the server still lacks the session id, which only the customer sends.
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NationalId } from '../../../shared/person/national-id.ts';
import { personKey, sessionKey, subjectKey } from '../../../shared/person/person-key.ts';
import { Secret } from '../../../shared/person/secret.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { createHeldSaldo, type Held } from '../../../shared/saldo/held-saldo.ts';
import { sessionKind } from '../../../shared/session/session.ts';
import { Documents } from '../../../shared/storage/documents.ts';
import { memoryTable } from '../support/memory-table.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const nationalId = '04125300311';
const person = NationalId.parse(nationalId) as NationalId;
const secret = () => new Secret(randomBytes(32).toString('base64'));
const secrets = { person: secret(), session: secret(), old: secret() };
const caller = {
  nationalId: person,
  issuer: 'https://login.bank.example',
  sessionId: randomUUID(),
  subject: 'subject-1',
  issuedAt: undefined,
};
const owner = personKey(secrets.person, person);
const held: Held = {
  accounts: [{ type: 'lan', balanceOre: 27640519, lastChangedAt: 1 }],
  fetchedAt: 2,
  consentValidTo: 3,
  heldUntil: 4,
};
const sealed = createHeldSaldo([secrets.session]).seal(held, caller, owner);

/** The row as the program writes it, with its key, and the key of the subject. */
const row: Record<string, unknown> = await (async () => {
  const time = new VirtualTime();
  const table = memoryTable(time);
  const name = sessionKey(secrets.session, caller.issuer, caller.sessionId);
  const rows = new Documents(sessionKind, { table, time, telemetry: recordedTelemetry() });
  const next = { state: 'held', owner, sealed, expiresAt: 4, purgeAt: 5 } as const;
  await rows.change(name, Deadline.after(time, 1000), () => ({ result: undefined, next }));
  const { values, ...keys } = table.rows.get(`${name}|session`) ?? { values: { doc: '' } };
  expect(values.doc).toContain(sealed.box);
  return { ...keys, ...values, subject: subjectKey(secrets.session, caller.issuer, caller.subject) };
})();

describe('the held saldo', () => {
  it("opens with the customer's own token, also under the secondary secret", () => {
    expect(createHeldSaldo([secrets.session]).open(sealed, caller, owner)).toEqual(held);
    expect(createHeldSaldo([secret(), secrets.session]).open(sealed, caller, owner)).toEqual(held);
  });

  it('cannot be opened with the table and every secret', () => {
    const thief = createHeldSaldo([secrets.session, secrets.old, secrets.person]);
    // Everything that the table and the settings contain, tried as the session id: names, salts, keys, the person, the subject.
    const known = [
      ...Object.values(row),
      ...Object.values(sealed),
      ...Object.values(secrets).map((one) => one.reveal()),
      nationalId,
      caller.subject,
      caller.issuer,
      owner,
      '',
    ].filter((value) => typeof value === 'string');
    expect(known.length).toBeGreaterThan(12);
    for (const sessionId of known) expect(thief.open(sealed, { ...caller, sessionId }, owner)).toBeUndefined();
  });

  it('appears nowhere in clear; neither does the session id, the person or an amount', () => {
    const text = JSON.stringify(row);
    for (const word of [caller.sessionId, nationalId, '27640519', '276405.19', 'lan"', caller.subject])
      expect(text).not.toContain(word);
  });

  it('cannot be moved to another session, person or issuer', () => {
    const saldo = createHeldSaldo([secrets.session]);
    expect(saldo.open(sealed, { ...caller, sessionId: randomUUID() }, owner)).toBeUndefined();
    expect(saldo.open(sealed, { ...caller, issuer: 'https://other.example' }, owner)).toBeUndefined();
    expect(saldo.open(sealed, caller, personKey(secrets.old, person))).toBeUndefined();
  });
});
