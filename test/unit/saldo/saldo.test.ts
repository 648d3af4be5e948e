import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../shared/person/secret.ts';
import { createHeldSaldo, type Held } from '../../../shared/saldo/held-saldo.ts';
import { harmlessName, shownSaldo, totalOre } from '../../../shared/saldo/saldo.ts';
import { open, seal } from '../../../shared/storage/seal.ts';
import { anyKey } from '../support/any-key.ts';
import { steinar } from '../support/people.ts';

const secret = () => new Secret(randomBytes(32).toString('base64'));
const at = Date.UTC(2026, 10, 23, 8);

describe('the saldo in the answer', () => {
  test('has total, accounts in Norwegian, instants, source and consent, and nothing else', () => {
    const saldo = {
      fetchedAt: at,
      accounts: [
        { type: 'lan', balanceOre: 25010050, lastChangedAt: at - 1 },
        { type: 'annet', balanceOre: -8850, lastChangedAt: at },
      ] as const,
    };
    const withdrawUrl = 'https://altinn.example/active';
    const consent = { validTo: at + 2000, renewFrom: at + 1000, withdrawUrl };
    const shown = shownSaldo({ ...saldo, accounts: [...saldo.accounts] }, consent, at + 500);
    expect(shown).toEqual({
      total: { amount: '250012.00', currency: 'NOK' },
      accounts: [
        {
          type: 'lan',
          name: 'Lån',
          balance: { amount: '250100.50', currency: 'NOK' },
          lastChangedAt: '2026-11-23T07:59:59.999Z',
        },
        {
          type: 'annet',
          name: 'Annet',
          balance: { amount: '-88.50', currency: 'NOK' },
          lastChangedAt: '2026-11-23T08:00:00.000Z',
        },
      ],
      fetchedAt: '2026-11-23T08:00:00.000Z',
      heldUntil: '2026-11-23T08:00:00.500Z',
      source: { name: 'Lånekassen', logoRequired: true },
      consent: { validTo: '2026-11-23T08:00:02.000Z', renewFrom: '2026-11-23T08:00:01.000Z', withdrawUrl },
    });
  });

  test('has a total of 0.00 without accounts', () => {
    expect(totalOre([])).toBe(0);
    const shown = shownSaldo({ accounts: [], fetchedAt: at }, { validTo: at, renewFrom: at, withdrawUrl: '' }, at);
    expect(shown.total.amount).toBe('0.00');
  });

  test('keeps the name of an account of unknown kind if the name is letters and blanks', () => {
    const named = (name?: string) =>
      shownSaldo(
        { fetchedAt: at, accounts: [{ type: 'annet', balanceOre: 1, lastChangedAt: at, name }] },
        { validTo: at, renewFrom: at, withdrawUrl: '' },
        0,
      ).accounts[0]?.name;
    expect([named('Purregebyr for sen betaling'), named(undefined)]).toEqual(['Purregebyr for sen betaling', 'Annet']);
  });

  test.each([
    ['Forsinkelsesrenter', 'Forsinkelsesrenter'],
    [' Ettergitt gjeld ', 'Ettergitt gjeld'],
    ['Å', 'Å'],
    ['x'.repeat(40), 'x'.repeat(40)],
    ['x'.repeat(41), undefined],
    ['', undefined],
    ['01085301957', undefined],
    ['Lån 2', undefined],
    ['<b>Lån</b>', undefined],
    ['to  blanke', undefined],
    ['linje\nskift', undefined],
    ['høyre\u202eavsnitt', undefined],
    ['Займ', undefined],
  ])('shows the name %j as %j', (name, shown) => {
    expect(harmlessName(name)).toBe(shown);
  });
});

describe('the sealed saldo', () => {
  const key = { secret: secret(), issuer: 'https://login.example', sessionId: 's-1', owner: 'person-1' };

  test('can be opened with the very same key, for text of any kind', () => {
    for (const text of ['', 'x', 'blåbærsyltetøy'.repeat(1000)]) expect(open(seal(text, key), key)).toBe(text);
  });

  test.each([
    ['another server secret', { secret: secret() }],
    ['another session', { sessionId: 's-2' }],
    ['another issuer', { issuer: 'https://login.example.evil' }],
    ['another owner', { owner: 'person-2' }],
  ])('cannot be opened with %s', (_what, change) => {
    expect(open(seal('saldo', key), { ...key, ...change })).toBeUndefined();
  });

  test('cannot be opened when characters move from the issuer to the session', () => {
    const sealed = seal('saldo', { ...key, issuer: 'a', sessionId: 'b\0c' });
    expect(open(sealed, { ...key, issuer: 'a\0b', sessionId: 'c' })).toBeUndefined();
  });

  test('cannot be decrypted with a changed bit or a part cut off', () => {
    const sealed = seal('saldo', key);
    for (const part of ['salt', 'nonce', 'box'] as const) {
      const bytes = Buffer.from(sealed[part], 'base64');
      for (let index = 0; index < bytes.length; index++) {
        const changed = Buffer.from(bytes);
        changed[index] = (changed[index] ?? 0) ^ 1;
        expect(open({ ...sealed, [part]: changed.toString('base64') }, key)).toBeUndefined();
      }
      for (const length of [0, 1, 4, bytes.length - 1])
        expect(open({ ...sealed, [part]: bytes.subarray(0, length).toString('base64') }, key)).toBeUndefined();
    }
  });

  test('with a salt that ends in a zero byte cannot be opened without that byte', () => {
    let sealed = seal('saldo', key);
    while (Buffer.from(sealed.salt, 'base64')[31] !== 0) sealed = seal('saldo', key);
    expect(open(sealed, key)).toBe('saldo');
    const cut = Buffer.from(sealed.salt, 'base64').subarray(0, 31).toString('base64');
    expect(open({ ...sealed, salt: cut }, key)).toBeUndefined();
  });

  test('is never the same twice for the same text, and does not contain the text', () => {
    const [one, two] = [seal('250100.50', key), seal('250100.50', key)];
    for (const part of ['salt', 'nonce', 'box'] as const) expect(one[part]).not.toBe(two[part]);
    expect(Buffer.from(one.box, 'base64').toString('latin1')).not.toContain('250100');
  });
});

describe('the held saldo', () => {
  const caller = {
    nationalId: steinar,
    sessionId: 's-1',
    issuer: 'https://login.example',
    subject: undefined,
    issuedAt: undefined,
  };
  const person = anyKey('p');
  const held: Held = {
    consentValidTo: at,
    heldUntil: at,
    fetchedAt: at,
    accounts: [{ type: 'lan', balanceOre: -5, lastChangedAt: at }],
  };

  test('is written and read back, also for "not a customer"', () => {
    const box = createHeldSaldo([secret()]);
    expect(box.open(box.seal(held, caller, person), caller, person)).toEqual(held);
    const none: Held = { consentValidTo: at, heldUntil: at, fetchedAt: at };
    expect(box.open(box.seal(none, caller, person), caller, person)).toEqual(none);
  });

  test('can be opened with the old secret during a rotation; new ones are sealed with the new secret', () => {
    const [before, after] = [secret(), secret()];
    const old = createHeldSaldo([before]).seal(held, caller, person);
    const rotating = createHeldSaldo([after, before]);
    expect(rotating.open(old, caller, person)).toEqual(held);
    expect(createHeldSaldo([before]).open(rotating.seal(held, caller, person), caller, person)).toBeUndefined();
  });

  test('cannot be decrypted by another session or person', () => {
    const box = createHeldSaldo([secret()]);
    const sealed = box.seal(held, caller, person);
    expect(box.open(sealed, { ...caller, sessionId: 's-2' }, person)).toBeUndefined();
    expect(box.open(sealed, caller, anyKey('q'))).toBeUndefined();
    expect(box.open({ salt: '', nonce: '', box: '' }, caller, person)).toBeUndefined();
  });
});
