// Rotation of the app's own secrets in two rolling deployments. Old and new processes work side by side on the same tables.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { dsopCustomers } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { slowTest, quickTest as test } from '../part.ts';
import { documentsOf, isPersonOf, runSync, sessionStates } from './feed.ts';
import { FrontEnd, type Reply } from './front-end.ts';

const people = dsopCustomers.map(({ nationalId }) => nationalId);
const person = (index: number) => people[index] ?? '';
const outcome = ({ status, body }: Reply) => (body.code === undefined ? status : `${status} ${body.code}`);

describe('rotation of PERSON_KEY_SECRET and SESSION_KEY_SECRET', () => {
  let world: World;
  const oldSecrets = { person: '', session: '' };
  const newSecrets = { person: randomBytes(32).toString('base64'), session: randomBytes(32).toString('base64') };
  /** Processes by the secrets that they know: only the old ones, the new ones too, the two swapped, only the new ones. */
  const hosts = new Map<string, FrontEnd>();
  const urls = new Map<string, Parameters<typeof runSync>[0]>();
  beforeAll(async () => {
    world = await startTestWorld();
    oldSecrets.person = world.environment.PERSON_KEY_SECRET ?? '';
    oldSecrets.session = world.environment.SESSION_KEY_SECRET ?? '';
    const settings = (first: typeof oldSecrets, second?: typeof oldSecrets) => ({
      PERSON_KEY_SECRET: first.person,
      SESSION_KEY_SECRET: first.session,
      PERSON_KEY_SECRET_SECONDARY: second?.person ?? '',
      SESSION_KEY_SECRET_SECONDARY: second?.session ?? '',
    });
    const start = async (name: string, changes: Record<string, string>) => {
      const host = await world.anotherHost(changes);
      urls.set(name, host);
      hosts.set(name, new FrontEnd({ ...world, apiUrl: `${host.url}/api` }));
    };
    hosts.set('old', new FrontEnd(world));
    urls.set('old', world.host);
    await start('announced', settings(oldSecrets, newSecrets));
    await start('swapped', settings(newSecrets, oldSecrets));
    await start('new', settings(newSecrets));
  });
  afterAll(() => world?.close());

  const at = (name: string) => hosts.get(name) as FrontEnd;
  const login = (nationalId: string, sid?: string) =>
    world.bankLogin.control.login(nationalId, sid === undefined ? {} : { sid });
  const saldo = async (name: string, token: string) => outcome(await at(name).call('GET', '/saldo', token));
  const open = () => world.altinn.control.requests().length;

  const phases = [
    ['old', 'announced'],
    ['announced', 'swapped'],
  ] as const;

  test.each(phases)(
    '%s beside %s: no consent is lost and no customer is logged out, whichever process answers',
    async (a, b) => {
      const nationalId = person(phases.findIndex(([name]) => name === a));
      const token = await login(nationalId);
      await at(a).giveConsent(token);
      const before = open();
      const fetches = world.lanekassen.control.calls().length;
      expect([await saldo(a, token), await saldo(b, token), await saldo(a, token)]).toEqual([200, 200, 200]);
      // Held once, and found by both.
      expect(world.lanekassen.control.calls().length).toBe(fetches + 1);
      for (const name of [b, a, b, a]) {
        expect((await at(name).call('GET', '/consents/current', token)).body.state).toBe('accepted');
        expect((await at(name).startConsent(token)).body.state).toBe('accepted');
      }
      expect(open()).toBe(before);
      // A new login session on either process uses the same consent.
      expect(await saldo(b, await login(nationalId))).toBe(200);
      expect(await saldo(a, await login(nationalId))).toBe(200);
    },
  );

  test.each([...phases, ['swapped', 'announced'], ['announced', 'old']] as const)(
    'a logout on %s also counts on %s',
    async (a, b) => {
      const nationalId = person(2);
      const sid = `logout-${a}-${b}`;
      const token = await login(nationalId, sid);
      if ((await at(b).call('GET', '/consents/current', token)).body.state !== 'accepted')
        await at(b).giveConsent(token);
      expect(await saldo(b, token)).toBe(200);
      expect((await at(a).call('DELETE', '/session', token)).status).toBe(204);
      expect([await saldo(a, token), await saldo(b, token)]).toEqual(['401 session-ended', '401 session-ended']);
      // By the identity provider, for a session that no process has seen.
      const logoutToken = await world.bankLogin.control.logoutToken({ sid: `${sid}-2` });
      const logout = await fetch(`${at(a).world.apiUrl}/session/backchannel-logout`, {
        method: 'POST',
        body: new URLSearchParams({ logout_token: logoutToken }),
      });
      expect(logout.status).toBe(200);
      const unseen = await login(nationalId, `${sid}-2`);
      expect([await saldo(a, unseen), await saldo(b, unseen)]).toEqual(['401 session-ended', '401 session-ended']);
    },
  );

  test('a withdrawal that one instance reads erases the held saldo of another', async () => {
    const token = await login(person(3));
    const id = await at('announced').giveConsent(token);
    expect(await saldo('announced', token)).toBe(200);
    const second = await login(person(3));
    expect(await saldo('swapped', second)).toBe(200);
    const before = (await sessionStates(world)).filter((state) => state === 'held').length;
    world.altinn.control.revoke(id);
    world.altinn.control.advanceFeed(6 * 60_000);
    expect(await runSync(urls.get('announced') as never)).toBe('complete');
    expect((await sessionStates(world)).filter((state) => state === 'held').length).toBe(before - 2);
    expect([await saldo('swapped', second), await saldo('announced', token)]).toEqual([
      '403 consent-revoked',
      '403 consent-revoked',
    ]);
  });

  slowTest('a callback that began before the rotation works after it', async () => {
    const token = await login(person(4));
    const asked = await at('old').startConsent(token);
    const id = at('old').consentIdOf(asked);
    world.altinn.control.approve(id);
    // The rows move while the customer is in Altinn; the callback still has the old name.
    expect((await at('swapped').call('GET', '/consents/current', token)).body.state).toBe('accepted');
    const back = new URL(world.altinn.control.redirectFor(id));
    const there = new URL(at('new').world.apiUrl);
    expect(await at('new').open(`${there.origin}${back.pathname}${back.search}`)).toBe(
      `${world.bankUrl}/?studielan=accepted`,
    );
  });

  test('rows move when they are used: afterwards a process with only the new secret finds consent and log, each once', async () => {
    const token = await login(person(5));
    const id = await at('old').giveConsent(token);
    expect(await saldo('old', token)).toBe(200);
    const log = (await at('old').call('GET', '/consents/log', token)).body;
    expect((await at('new').call('GET', '/consents/current', token)).body.state).toBe('none');
    expect((await at('swapped').call('GET', '/consents/current', token)).body.state).toBe('accepted');
    expect((await at('new').call('GET', '/consents/current', token)).body.state).toBe('accepted');
    expect((await at('new').call('GET', '/consents/log', token)).body).toEqual(log);
    expect((await documentsOf(world, 'consents')).filter(isPersonOf(id))).toHaveLength(1);
    // A process that knows only the old secret follows the signpost.
    expect((await at('old').call('GET', '/consents/current', token)).body.state).toBe('accepted');
  });

  slowTest(
    'a customer without rows who comes to both processes at once gets one open request',
    async () => {
      const newcomers = people.slice(7, 11);
      const rounds: { ids: number; inAltinn: number }[] = [];
      for (const nationalId of newcomers) {
        const token = await login(nationalId);
        const replies = await Promise.all(
          (['announced', 'swapped', 'announced', 'swapped'] as const).map((name) => at(name).startConsent(token)),
        );
        // On a busy machine one of the two may get a Retry-After; none gets another request than the others.
        const answers = replies.map((reply) => (reply.body.code === undefined ? 'asked' : outcome(reply)));
        expect(answers.filter((answer) => answer !== 'asked' && answer !== '503 upstream-unavailable')).toEqual([]);
        const ids = replies.filter(({ body }) => body.code === undefined).map((reply) => at('old').consentIdOf(reply));
        const inAltinn = world.altinn.control.requests().filter(({ from }) => from.endsWith(nationalId));
        rounds.push({ ids: new Set(ids).size, inAltinn: inAltinn.length });
      }
      expect(rounds).toEqual(newcomers.map(() => ({ ids: 1, inAltinn: 1 })));
    },
    120_000,
  );

  test('many calls at once on both sides leave one consent, and every answer is valid', async () => {
    const token = await login(person(6));
    await at('announced').giveConsent(token);
    const before = open();
    const asked = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        at(index % 2 ? 'announced' : 'swapped').call('GET', '/consents/current', token),
      ),
    );
    const answers = asked.map(({ status, body }) => (status === 200 ? body.state : `${status} ${String(body.code)}`));
    // Under many conflicts a move may give up with 503; nothing else is allowed.
    expect(answers.filter((answer) => answer !== 'accepted' && answer !== '503 upstream-unavailable')).toEqual([]);
    expect(answers).toContain('accepted');
    expect((await at('swapped').call('GET', '/consents/current', token)).body.state).toBe('accepted');
    expect(open()).toBe(before);
  });
});
