import { describe, expect, test } from 'vitest';
import { newKid, PlanRefused, type PublicKey, withKey, withoutKey } from '../../../tools/rotate-key/plan.ts';

const key = (kid: string, n = kid): PublicKey => ({ kid, kty: 'RSA', n, e: 'AQAB' });
const five = ['a', 'b', 'c', 'd', 'e'].map((kid) => key(kid));

describe('adding a key', () => {
  test('keeps every other key and its certificate', () => {
    const strange = { ...key('a'), x5c: ['…'] };
    expect(withKey([strange], key('b'))).toEqual([strange, key('b')]);
  });

  test.each([
    ['a sixth key', five, key('f')],
    ['a kid that names another key', [key('a')], key('a', 'other')],
    ['a key that is there under another kid', [key('a')], key('b', 'a')],
  ])('refuses %s', (_, registered, added) => {
    expect(() => withKey(registered, added)).toThrow(PlanRefused);
  });

  test('that is already registered renews it, also in a full set', () => {
    expect(withKey(five, key('c'))).toEqual(five);
  });
});

describe('retiring a key', () => {
  test('leaves the other keys', () => {
    expect(withoutKey([key('old'), key('new')], 'old', ['new'])).toEqual([key('new')]);
  });

  test.each([
    ['a key in use', [key('a'), key('b')], 'a', ['a']],
    ["Altinn's key in use", [key('a'), key('b')], 'b', ['a', 'b']],
    ['a key that is not there', [key('a')], 'x', ['a']],
    ['one when the key in use is not registered', [key('a'), key('b')], 'a', ['elsewhere']],
    ['the last one', [key('a')], 'a', ['b']],
  ])('refuses %s', (_, registered, kid, inUse) => {
    expect(() => withoutKey(registered, kid, inUse)).toThrow(PlanRefused);
  });
});

test('a kid contains its month and its key, and no character that a setting would change', () => {
  const kid = newKid('saldo', key('x', 'n-1'), new Date('2026-11-24T00:00:00Z'));
  expect(kid).toMatch(/^saldo-2026-11-[A-Za-z0-9]{8}$/);
  expect(newKid('saldo', key('x', 'n-2'), new Date('2026-11-24T00:00:00Z'))).not.toBe(kid);
});
