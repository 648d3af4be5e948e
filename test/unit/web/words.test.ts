import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatFor } from '../../../web/src/format.ts';
import { returnMessage, takeWord } from '../../../web/src/return-word.ts';
import { type Texts, textsFor } from '../../../web/src/texts/texts.ts';
import { isWebAddress } from '../../../web/src/web-address.ts';

const plain = (text: string) => text.replace(/\s/gu, ' ');
const all = ['nb', 'nn', 'en'].map(textsFor);

/** Every sentence of a language, with all gaps filled in. */
const sentences = (texts: Texts): string[] =>
  Object.values(texts).flatMap((value): string[] => {
    if (typeof value === 'string') return [value];
    if (typeof value === 'function') return [(value as (...gaps: unknown[]) => string)('X', 'Y')];
    return Object.values(value as Record<string, string>);
  });

describe('the texts of the card', () => {
  test.each([
    ['nb', 'nb'],
    ['nb-NO', 'nb'],
    ['no', 'nb'],
    ['nn-NO', 'nn'],
    ['NN', 'nn'],
    ['en', 'en'],
    ['en-US', 'en'],
    ['sv', 'nb'],
    ['', 'nb'],
  ])('the page language %s is written in %s', (tag, language) => {
    expect(textsFor(tag).language).toBe(language);
  });

  test('no language calls a loan paid off, and no text is empty', () => {
    for (const texts of all) {
      const words = sentences(texts);
      expect(words.length).toBeGreaterThan(60);
      for (const sentence of words) {
        expect(sentence.trim()).not.toBe('');
        expect(sentence).not.toMatch(
          /innfri|nedbetal|gjelds?fri|ingen gjeld|betalt (?:ned|ut)|paid off|paid in full|debt.free/i,
        );
        expect(sentence).not.toMatch(/undefined|\[object/);
      }
    }
  });

  test('no sentence occurs twice on a card', () => {
    for (const { whyConsent, onReturn, consentTerms, refusedToday, troubleHelp, trouble, nextTry } of all) {
      const sentences = (text: string) => text.split(/(?<=[.?])\s+/u);
      for (const help of Object.values(troubleHelp)) expect(Object.values(trouble)).not.toContain(help);
      for (const text of [...Object.values(whyConsent), ...Object.values(refusedToday), nextTry(3)])
        for (const other of [...Object.values(onReturn), consentTerms])
          expect(sentences(text).filter((sentence) => sentences(other).includes(sentence))).toEqual([]);
    }
  });

  test('each language contains no typical words of the others', () => {
    const [nb = [], nn = [], en = []] = all.map(sentences);
    for (const sentence of nn)
      expect(sentence).not.toMatch(/\b(?:ikke|hvis|fra|noe|noen|jeg|være|gjøre|hvordan|hva|akkurat nå)\b/iu);
    for (const sentence of nb) expect(sentence).not.toMatch(/\b(?:ikkje|frå|noko|eg|gjere|korleis|kva|akkurat no)\b/iu);
    for (const sentence of en) expect(sentence.replace(/Lånekassen/g, '')).not.toMatch(/[æøå]/i);
  });

  test.each([
    ['accepted', 'accepted', 'accepted'],
    ['accepted', 'none', undefined],
    // The card itself says it in this case.
    ['rejected', 'rejected', undefined],
    ['rejected', 'accepted', 'renewal-rejected'],
    ['rejected', 'none', undefined],
    ['pending', 'pending', undefined],
    ['pending', 'accepted', undefined],
    ['expired', 'expired', 'expired'],
    ['expired', 'accepted', undefined],
    ['revoked', 'revoked', undefined],
    ['revoked', 'none', 'revoked'],
    ['failed', 'none', 'failed'],
    ['unknown', 'none', 'unknown'],
    ['<b>', 'accepted', 'unknown'],
    ['', 'accepted', undefined],
  ])('on the return from Altinn with "%s" while the consent is %s, the message is: %s', (word, state, message) => {
    expect(returnMessage(word, state)).toBe(message);
  });

  test.each([
    ['https://bank.example/lan?a=1&studielan=accepted&b=2#c', 'accepted', 'https://bank.example/lan?a=1&b=2#c'],
    [
      'https://bank.example/?q=a%20b&flag&n=%E5&studielan=accepted',
      'accepted',
      'https://bank.example/?q=a%20b&flag&n=%E5',
    ],
    ['https://bank.example/?studielan=accepted', 'accepted', 'https://bank.example/'],
    ['https://bank.example/?studielan=rejected#a?studielan=b', 'rejected', 'https://bank.example/#a?studielan=b'],
    ['https://bank.example/?studielan=a&x=1&studielan=b', 'a', 'https://bank.example/?x=1'],
    ['https://bank.example/?studielanx=1', '', 'https://bank.example/?studielanx=1'],
    ['https://bank.example/lan?', '', 'https://bank.example/lan?'],
    ['https://bank.example/#?studielan=b', '', 'https://bank.example/#?studielan=b'],
  ])('the word in %s is "%s", and every other byte stays', (href, word, rest) => {
    expect(takeWord(href)).toEqual({ word, rest });
  });

  test('any query keeps its bytes', () => {
    const pair = fc.stringMatching(/^[a-z%0-9+=.~-]{0,12}$/).filter((text) => !text.startsWith('studielan'));
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 5 }), fc.nat(5), (pairs, at) => {
        const query = pairs.join('&');
        const withWord = [...pairs.slice(0, at), 'studielan=accepted', ...pairs.slice(at)].join('&');
        expect(takeWord(`https://bank.example/?${withWord}#x`)).toEqual({
          word: 'accepted',
          rest: `https://bank.example/${query === '' ? '' : `?${query}`}#x`,
        });
      }),
    );
  });
});

describe('amounts and days', () => {
  const formats = all.map(({ locales }) => formatFor(locales));
  test('amounts are exact, whatever their size', () => {
    expect(formats.map(({ amount }) => plain(amount('90071992547409.93')))).toEqual([
      '90 071 992 547 409,93 kr',
      '90 071 992 547 409,93 kr',
      'NOK 90,071,992,547,409.93',
    ]);
    expect(formats.map(({ amount }) => plain(amount('-1250.75')))).toEqual([
      '−1 250,75 kr',
      '−1 250,75 kr',
      '-NOK 1,250.75',
    ]);
    expect(formats.map(({ amount }) => plain(amount('0.00')))).toEqual(['0,00 kr', '0,00 kr', 'NOK 0.00']);
  });

  test('an amount in parts equals the amount, and the kroner are separate from the øre', () => {
    for (const { amount, amountParts } of formats)
      for (const text of ['90071992547409.93', '-1250.75', '0.00'])
        expect(
          amountParts(text)
            .map((part) => part.text)
            .join(''),
        ).toBe(amount(text));
    const weights = formats.map(({ amountParts }) =>
      plain(
        amountParts('-1250.75')
          .filter(({ kroner }) => kroner)
          .map(({ text }) => text)
          .join(''),
      ),
    );
    expect(weights).toEqual(['−1 250', '−1 250', '-1,250']);
  });

  test("days are Norway's, also near midnight", () => {
    expect(formats.map(({ day }) => plain(day('2026-10-15T22:30:00.307Z')))).toEqual([
      '16. oktober 2026',
      '16. oktober 2026',
      '16 October 2026',
    ]);
    expect(formats.map(({ time }) => time('2026-07-01T06:05:00Z'))).toEqual(['08:05', '08:05', '08:05']);
    expect(formats[0]?.isSameDay('2026-10-15T22:30:00Z', new Date('2026-10-16T10:00:00Z'))).toBe(true);
    expect(formats[0]?.isSameDay('2026-10-15T21:30:00Z', new Date('2026-10-16T10:00:00Z'))).toBe(false);
  });
});

test.each([
  ['https://am.ui.altinn.no/x', true],
  ['http://127.0.0.1:7102/x', true],
  ['http://localhost/x', true],
  ['http://altinn.no/x', false],
  ['http://127.0.0.1.evil.example/', false],
  ['https://am.ui.altinn.no@evil.example/', false],
  ['javascript:alert(1)', false],
  ['data:text/html,x', false],
  ['//altinn.no', false],
  [undefined, false],
])('%s is a web address: %s', (url, is) => {
  expect(isWebAddress(url)).toBe(is);
});
