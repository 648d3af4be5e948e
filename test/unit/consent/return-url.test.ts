import { describe, expect, test } from 'vitest';
import { allowedReturnUrl, isLoopback, parseReturnUrlRule, withOutcome } from '../../../shared/consent/return-url.ts';

const rules = [
  'https://bank.example/retur',
  'mybank://studielan/retur',
  'http://127.0.0.1:3000/',
  'https://other.example:8443/a/',
].map((entry) => {
  const rule = parseReturnUrlRule(entry);
  if (!rule) throw new Error(entry);
  return rule;
});
const allowed = (text: string) => allowedReturnUrl(text, rules);

describe('return URLs that are covered', () => {
  test.each([
    ['https://bank.example/retur'],
    ['https://bank.example/retur/'],
    ['https://bank.example/retur/studielan?side=1&x=%2F..%2F#/rute'],
    ['https://bank.example/retur?next=https://evil.example/'],
    ['https://bank.example/retur/@navn'],
    ['mybank://studielan/retur'],
    ['mybank://studielan/retur/a?b#c'],
    ['http://127.0.0.1:3000/hva/som/helst'],
    ['https://other.example:8443/a/b'],
  ])('%s, to the letter', (url) => expect(allowed(url)).toBe(url));

  test.each([
    ['https://BANK.example/retur', 'https://bank.example/retur'],
    ['HTTPS://bank.example:443/retur', 'https://bank.example/retur'],
    ['https://ⓑank.example/retur', 'https://bank.example/retur'],
    ['https://bank.example/retur/ø', 'https://bank.example/retur/%C3%B8'],
  ])('%s is returned as the parser read it', (url, href) => expect(allowed(url)).toBe(href));
});

describe('return URLs that are refused', () => {
  test.each([
    // Another host, or a host that looks like an allowed one.
    'https://evil.example/retur',
    'https://bank.example.evil.example/retur',
    'https://evil.example/bank.example/retur',
    'https://evilbank.example/retur',
    'https://bank.example./retur',
    'https://bаnk.example/retur',
    'https://bank.example。evil.example/retur',
    'https://bank.example%2eevil.example/retur',
    'https://bank.example:8443/retur',
    'https://other.example/a/b',
    'http://bank.example/retur',
    'http://127.0.0.1/x',
    'http://127.0.0.1:3001/x',
    'http://127.0.0.1.evil.example:3000/',
    'http://localhost:3000/',
    // User info.
    'https://bank.example@evil.example/retur',
    'https://bank.example:443@evil.example/retur',
    'https://user:pass@bank.example/retur',
    'https://@bank.example/retur',
    'https://:@bank.example/retur',
    'https://bank.example%40evil.example/retur',
    'mybank://x@studielan/retur',
    // Backslashes, double slashes, missing parts.
    'https:\\\\bank.example\\retur',
    'https://bank.example\\@evil.example/retur',
    'https://evil.example\\.bank.example/retur',
    'https://bank.example/retur\\..\\admin',
    '//bank.example/retur',
    '/retur',
    'retur',
    'https:/bank.example/retur',
    'https:bank.example/retur',
    'https:///bank.example/retur',
    'https://bank.example//evil.example/retur',
    'http://127.0.0.1:3000//evil.example',
    '',
    // Outside the allowed path.
    'https://bank.example/',
    'https://bank.example/returX',
    'https://bank.example/Retur',
    'https://bank.example/retur%2Fx',
    'https://bank.example/retur%5Cx',
    'mybank://studielan/returX',
    'mybank://Studielan/retur',
    'mybank://annet/retur',
    'mybank:studielan/retur',
    'mybanken://studielan/retur',
    // Dot segments, encoded once or more.
    'https://bank.example/retur/../admin',
    'https://bank.example/retur/./x',
    'https://bank.example/retur/..',
    'https://bank.example/retur/%2e%2e/admin',
    'https://bank.example/retur/.%2E/admin',
    'https://bank.example/retur/%252e%252e/admin',
    'https://bank.example/retur/%25252e./admin',
    'https://bank.example/retur%252f..%252fadmin',
    'https://bank.example/retur/..;/admin',
    'https://bank.example/retur/%2e%2e;a=b/admin',
    'https://bank.example/retur/..%3b/admin',
    'https://bank.example/retur/..%3B/admin',
    'https://bank.example/retur/%2e%2e%3b/admin',
    'https://bank.example/retur/%252e%252e%253b/admin',
    'https://bank.example/retur/.%3b/admin',
    'mybank://studielan/retur/../x',
    // Control characters, blanks and invisible characters.
    'https://bank.example/retur\n',
    '\thttps://bank.example/retur',
    ' https://bank.example/retur',
    'https://bank.example/re\ttur',
    'https://bank.example/retur\r\nSet-Cookie: a=b',
    'https://bank.example/retur%0d%0aSet-Cookie: a=b',
    'https://bank.example/retur/%0d%0aSet-Cookie:a=b',
    'https://bank.example/retur/%00',
    'https://bank.example/retur\u0000',
    'https://bank.example/retur\u200b',
    'https://bank.example/retur\u202e',
    'https://bank.example/retur x',
    'https://bank%2eexample/retur',
    'https://bank.example/retur/a%2fb',
    'https://bank.example/retur/a%5cb',
    'https://bank.example/retur/\u200b',
    'https://bank.example/retur/\u0085',
    'https://bank.example/retur/a b',
    'https://bank.example/retur/\u00a0',
    // Schemes that a browser does not navigate to.
    'javascript:alert(1)',
    'javascript://bank.example/%0aalert(1)',
    'JaVaScRiPt://bank.example/retur',
    'data:text/html,x',
    'data://bank.example/retur',
    'blob:https://bank.example/retur',
    'file:///etc/passwd',
    'vbscript://bank.example/retur',
    'ftp://bank.example/retur',
    'ws://127.0.0.1:3000/',
    `https://bank.example/retur/${'a'.repeat(2048)}`,
  ])('%j', (url) => expect(allowed(url)).toBeUndefined());
});

describe('entries of allowedReturnUrls', () => {
  test.each([
    'https://bank.example/retur?x=1',
    'https://bank.example/retur#x',
    'http://bank.example/',
    'javascript://x/y',
    'data://x/y',
    'file://x/y',
    'https://user@bank.example/',
    'https://bank.example/a/../b',
    'mybank:retur',
    'bank.example/retur',
    'https://*.bank.example\\',
  ])('%s is not allowed as an entry', (entry) => expect(parseReturnUrlRule(entry)).toBeUndefined());

  test('a wildcard in a host name is matched literally and covers no other host', () => {
    const rule = parseReturnUrlRule('https://*.bank.example/');
    expect(rule === undefined ? undefined : allowedReturnUrl('https://a.bank.example/', [rule])).toBeUndefined();
  });
});

test.each([
  ['127.0.0.1', true],
  ['127.255.0.9', true],
  ['localhost', true],
  ['[::1]', true],
  ['127.0.0.1.evil.example', false],
  ['localhost.evil.example', false],
  ['10.0.0.1', false],
  ['0.0.0.0', false],
  ['[::ffff:7f00:1]', false],
])('%s on this machine: %s', (host, expected) => expect(isLoopback(host)).toBe(expected));

describe('the word added to the return URL', () => {
  test.each([
    ['https://b.example/r', 'https://b.example/r?studielan=accepted'],
    ['https://b.example/r?', 'https://b.example/r?studielan=accepted'],
    ['https://b.example/r?a=1', 'https://b.example/r?a=1&studielan=accepted'],
    ['https://b.example/r?a=1&', 'https://b.example/r?a=1&studielan=accepted'],
    ['https://b.example/r#/rute', 'https://b.example/r?studielan=accepted#/rute'],
    ['https://b.example/r?a=1#x?studielan=no', 'https://b.example/r?a=1&studielan=accepted#x?studielan=no'],
    ['https://b.example/r?studielan=rejected', 'https://b.example/r?studielan=accepted'],
    ['https://b.example/r?studielan', 'https://b.example/r?studielan=accepted'],
    ['https://b.example/r?studielan=a&b=2&studielan=c', 'https://b.example/r?b=2&studielan=accepted'],
    ['https://b.example/r?studiel%61n=x&b=2', 'https://b.example/r?b=2&studielan=accepted'],
    ['https://b.example/r?studielane=x', 'https://b.example/r?studielane=x&studielan=accepted'],
    ['https://b.example/r?q=%C3%B8+%26&r=%zz', 'https://b.example/r?q=%C3%B8+%26&r=%zz&studielan=accepted'],
    ['mybank://s/r?a=1#f', 'mybank://s/r?a=1&studielan=accepted#f'],
  ])('%s → %s', (url, expected) => {
    expect(withOutcome(url, 'accepted')).toBe(expected);
    expect(new URL(expected).searchParams.getAll('studielan')).toEqual(['accepted']);
  });
});

test('the case of a percent-encoding does not matter (RFC 3986 §6.2.2.1)', () => {
  for (const ruled of ['https://bank.example/l%c3%a5n', 'https://bank.example/l%C3%A5n', 'https://bank.example/lån'])
    for (const asked of [
      'https://bank.example/l%c3%a5n',
      'https://bank.example/l%C3%A5n/x',
      'https://bank.example/lån',
    ])
      expect(
        allowedReturnUrl(
          asked,
          [parseReturnUrlRule(ruled)].filter((rule) => rule !== undefined),
        ),
      ).toBeDefined();
});
