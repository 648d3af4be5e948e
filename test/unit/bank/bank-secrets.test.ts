import { hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bankSecrets } from '../../../shared/bank/bank-secrets.ts';
import { personKey, sessionKey, subjectKey } from '../../../shared/person/person-key.ts';
import { Secret } from '../../../shared/person/secret.ts';
import { open, seal } from '../../../shared/storage/seal.ts';
import { steinar } from '../support/people.ts';
import { numbers } from './example-banks.ts';

const app = (fill: number) => new Secret(Buffer.alloc(32, fill).toString('base64'));
const secretsOf = (bank: string, changes: object = {}) =>
  bankSecrets({ personKey: [app(1)], sessionKey: [app(2)], ...changes }, bank);

test("a bank's secret is derived from the app's by HKDF-SHA-256, with purpose and organisation number as info", () => {
  const byHand = (fill: number, purpose: string) =>
    Buffer.from(hkdfSync('sha256', Buffer.alloc(32, fill), '', `${purpose}\0${numbers[0]}`, 32)).toString('base64');
  const derived = secretsOf(numbers[0]);
  expect(derived.personKey[0].reveal()).toBe(byHand(1, 'person'));
  expect(derived.sessionKey[0].reveal()).toBe(byHand(2, 'session'));
  expect(derived.sealing.map((one) => one.reveal())).toEqual([byHand(2, 'sealing')]);
});

describe('the same person at two banks', () => {
  test('has different keys, and one bank cannot open what the other has sealed', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^[0-9]{9}$/), { minLength: 2, maxLength: 2 }),
        fc.string({ minLength: 1 }),
        ([a = '', b = ''], sid) => {
          const [one, two] = [secretsOf(a), secretsOf(b)];
          const names = (secrets: typeof one) => [
            personKey(secrets.personKey[0], steinar),
            sessionKey(secrets.sessionKey[0], 'i', sid),
            subjectKey(secrets.sessionKey[0], 'i', sid),
          ];
          expect(new Set([...names(one), ...names(two)]).size).toBe(6);
          const key = (secrets: typeof one) => ({
            secret: secrets.sealing[0],
            issuer: 'i',
            sessionId: sid,
            owner: 'o' as never,
          });
          expect(open(seal('saldo', key(one)), key(one))).toBe('saldo');
          expect(open(seal('saldo', key(one)), key(two))).toBeUndefined();
        },
      ),
      { numRuns: 50 },
    );
  });
});

test('a rotation covers every bank: swapped secrets of the app give the same two secrets of the bank in the other order', () => {
  const before = { personKey: [app(1), app(3)], sessionKey: [app(2), app(4)] };
  const after = { personKey: [app(3), app(1)], sessionKey: [app(4), app(2)] };
  for (const number of numbers) {
    const [one, two] = [secretsOf(number, before), secretsOf(number, after)];
    expect(two.personKey[0].reveal()).toBe(one.personKey[1]?.reveal());
    expect(two.sessionKey[1]?.reveal()).toBe(one.sessionKey[0].reveal());
    expect(two.sealing.map((each) => each.reveal())).toEqual([...one.sealing].reverse().map((each) => each.reveal()));
  }
});
