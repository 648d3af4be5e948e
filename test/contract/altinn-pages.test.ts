import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withOutcome } from '../../local/simulators/altinn/consent-request.ts';
import { testCustomers } from '../../local/simulators/test-customers.ts';
import { type AltinnWorld, startAltinnWorld } from './altinn-world.ts';

let world: AltinnWorld;
beforeAll(async () => {
  world = await startAltinnWorld();
});
afterAll(() => world.close());

const path = '/accessmanagement/ui/consent';

/** A browser. It keeps cookies, follows no redirect by itself, and fills in the forms of a page. */
function browser() {
  const cookies = new Map<string, string>();
  async function go(url: string, form?: Record<string, string>) {
    const answer = await fetch(new URL(url, world.altinn.url), {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    return {
      status: answer.status,
      location: answer.headers.get('location') ?? '',
      headers: answer.headers,
      text: await answer.text(),
    };
  }
  const csrfOf = (text: string) => /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
  const keyOf = (text: string, name: string) =>
    new RegExp(`value="([^"]+)">(Fortsett som )?${name}<`).exec(text)?.[1] ?? '';
  return {
    go,
    csrfOf,
    /** Logs in on the page at `url`, and follows the login. */
    async login(url: string, name: string) {
      const shown = await go(url);
      const returnTo = /name="returnTo" value="([^"]+)"/.exec(shown.text)?.[1] ?? '';
      const form = {
        csrf: csrfOf(shown.text),
        person: keyOf(shown.text, name),
        returnTo: returnTo.replaceAll('&amp;', '&'),
      };
      const done = await go('/accessmanagement/ui/login', form);
      expect(done.status).toBe(303);
      return go(done.location);
    },
  };
}

const asked = 'HAUK HAUGNES';
const nationalIdsIn = (text: string) =>
  testCustomers.map(({ nationalId }) => nationalId).filter((id) => text.includes(id));
const statusOf = (id: string) => world.altinn.control.requests().find((request) => request.id === id)?.status;

describe('the consent page', () => {
  it('requires a login first, then shows which bank asks, for what and until when', async () => {
    const id = await world.create();
    const visitor = browser();
    const login = await visitor.go(`${path}/request?id=${id}`);
    expect(login.text).toContain('Logg inn hos ID-porten (simulert)');
    expect(login.text).toContain(`Fortsett som ${asked}`);
    expect(login.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax/);
    const page = await visitor.login(`${path}/request?id=${id}`, asked);
    expect(page.status).toBe(200);
    for (const text of [
      '<html lang="nb">',
      'Simulert Altinn – kun for utvikling',
      'Eksempelbanken ASA ber om ditt samtykke',
      'taushetsplikten',
      '23. desember 2026 kl. 09:00',
      'Ja, jeg gir samtykke',
      'Nei, jeg gir ikke samtykke',
    ]) {
      expect(page.text).toContain(text);
    }
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toMatch(/form-action [^;]*https:\/\/bank\.example/);
    expect(nationalIdsIn(login.text + page.text)).toEqual([]);
  });

  it.each([
    ['approve', 'Accepted', 'https://bank.example/retur?state=abc&Status=OK'],
    ['reject', 'Rejected', 'https://bank.example/retur?state=abc&Status=Failed&ErrorMessage=User+did+not+give+consent'],
  ])('%s: the consent is %s, and the browser goes back', async (answer, status, location) => {
    const id = await world.create();
    const visitor = browser();
    const page = await visitor.login(`${path}/request?id=${id}`, asked);
    const done = await visitor.go(`${path}/request`, { csrf: visitor.csrfOf(page.text), id, answer });
    expect([done.status, done.location, statusOf(id)]).toEqual([302, location, status]);
    expect(world.altinn.control.redirectFor(id)).toBe(location);
    // Altinn has logged the person out in the meantime.
    expect((await visitor.go(`${path}/request?id=${id}`)).text).toContain('Logg inn hos ID-porten');
  });

  it('redirects to an app scheme, which its policy allows', async () => {
    const id = await world.create({ redirectUrl: 'mybank://retur' });
    const visitor = browser();
    const page = await visitor.login(`${path}/request?id=${id}`, asked);
    expect(page.headers.get('content-security-policy')).toMatch(/form-action [^;]*mybank:/);
    const done = await visitor.go(`${path}/request`, { csrf: visitor.csrfOf(page.text), id, answer: 'approve' });
    expect(done.location).toBe('mybank://retur?Status=OK');
  });

  it('lets no other person answer', async () => {
    const id = await world.create();
    const visitor = browser();
    const page = await visitor.login(`${path}/request?id=${id}`, 'SVAR NEI');
    expect([page.status, page.text.includes('Feil person')]).toEqual([403, true]);
    const done = await visitor.go(`${path}/request`, { csrf: visitor.csrfOf(page.text), id, answer: 'approve' });
    expect([done.status, statusOf(id)]).toEqual([403, 'Created']);
  });

  it('refuses a form without the login and its own token', async () => {
    const id = await world.create();
    const visitor = browser();
    const page = await visitor.login(`${path}/request?id=${id}`, asked);
    const csrf = visitor.csrfOf(page.text);
    expect((await visitor.go(`${path}/request`, { csrf: 'x', id, answer: 'approve' })).status).toBe(403);
    expect((await visitor.go(`${path}/request`, { id, answer: 'approve' })).status).toBe(403);
    expect((await browser().go(`${path}/request`, { csrf, id, answer: 'approve' })).status).toBe(403);
    expect(statusOf(id)).toBe('Created');
  });

  it.each([
    ['approve', 'Du har allerede gitt dette samtykket.'],
    ['reject', 'Du har allerede svart nei'],
  ] as const)('after %s the buttons are disabled and there is no redirect', async (action, reason) => {
    const id = await world.create();
    world.altinn.control[action](id);
    const page = await browser().login(`${path}/request?id=${id}`, asked);
    expect([page.status, page.location]).toEqual([200, '']);
    expect(page.text).toContain(reason);
    expect(page.text.match(/<button[^>]* disabled/g)).toHaveLength(2);
  });

  it('does not accept a yes after validTo', async () => {
    const id = await world.create({ validTo: '2026-11-23T08:10:00+00:00' });
    const visitor = browser();
    const page = await visitor.login(`${path}/request?id=${id}`, asked);
    world.advance(600_001);
    const done = await visitor.go(`${path}/request`, { csrf: visitor.csrfOf(page.text), id, answer: 'approve' });
    world.advance(-600_001);
    expect([done.status, done.location, statusOf(id)]).toEqual([400, '', 'Created']);
    expect(done.text).toContain('Forespørselen er utløpt.');
  });

  it('answers 404 to an unknown request, and login redirects only to its own pages', async () => {
    expect((await browser().go(`${path}/request?id=${crypto.randomUUID()}`)).status).toBe(404);
    const visitor = browser();
    const shown = await visitor.go(`${path}/active`);
    const person = new RegExp(`value="([^"]+)">${asked}<`).exec(shown.text)?.[1] ?? '';
    const form = { csrf: visitor.csrfOf(shown.text), person, returnTo: 'https://evil.example/' };
    expect((await visitor.go('/accessmanagement/ui/login', form)).location).toBe(`${path}/active`);
  });

  it("escapes the bank's name", async () => {
    const id = await world.create({
      consentRights: [
        {
          action: ['consent'],
          resource: [{ type: 'urn:altinn:resource', value: 'slk_5498_1' }],
          metadata: { navn: '<b>"Bank"</b>' },
        },
      ],
    });
    expect((await browser().login(`${path}/request?id=${id}`, asked)).text).toContain(
      '&lt;b&gt;&quot;Bank&quot;&lt;/b&gt; ber om',
    );
  });
});

it('the page of active consents shows them, and withdraws one', async () => {
  const mine = await startAltinnWorld();
  const id = await mine.create();
  mine.altinn.control.approve(id);
  const before = world;
  world = mine;
  try {
    const visitor = browser();
    const page = await visitor.login(`${path}/active`, asked);
    expect(page.text).toContain('Trekk samtykke');
    expect(nationalIdsIn(page.text)).toEqual([]);
    const form = { csrf: visitor.csrfOf(page.text), id };
    const done = await visitor.go(`${path}/active`, form);
    expect(done.text).toContain('Samtykket er trukket tilbake.');
    expect(done.text).toContain('Du har ingen aktive samtykker.');
    expect(statusOf(id)).toBe('Revoked');
    const stranger = browser();
    const theirs = await stranger.login(`${path}/active`, 'SVAR NEI');
    expect(theirs.text).toContain('Du har ingen aktive samtykker.');
    expect((await stranger.go(`${path}/active`, { csrf: stranger.csrfOf(theirs.text), id })).status).toBe(403);
  } finally {
    world = before;
    await mine.close();
  }
});

const accepted = [{ id: '1', type: 'Accepted', created: 1, performedBy: 'x' }] as const;
const rejected = [{ id: '1', type: 'Rejected', created: 1, performedBy: 'x' }] as const;
it.each([
  [
    'https://smartbank.no/consent?authcode=123',
    rejected,
    'https://smartbank.no/consent?authcode=123&Status=Failed&ErrorMessage=User+did+not+give+consent',
  ],
  [
    'https://smartbank.no/consent#fragment',
    rejected,
    'https://smartbank.no/consent?Status=Failed&ErrorMessage=User+did+not+give+consent#fragment',
  ],
  ['https://smartbank.no/consent/#/fragmentpath', accepted, 'https://smartbank.no/consent/#/fragmentpath?Status=OK'],
  [
    'https://smartbank.no/consent',
    [...accepted, { ...accepted[0], type: 'Revoked' as const }],
    'https://smartbank.no/consent?Status=OK',
  ],
  ['https://smartbank.no/consent', [], 'https://smartbank.no/consent?'],
  ['https://smartbank.no/consent?a=1', [], 'https://smartbank.no/consent?a=1&'],
])('the outcome is placed in %s', (redirectUrl, events, expected) => {
  expect(withOutcome(redirectUrl, events)).toBe(expected);
});
