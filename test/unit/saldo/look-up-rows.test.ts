// The rows that a look-up writes can be read by the next look-up, whatever the parties have answered.
import { expect, test } from 'vitest';
import { ProblemError } from '../../../shared/problems.ts';
import { loginOf, loginWorld } from '../support/login-world.ts';
import { storedSession } from '../support/plant-session.ts';

test.each([
  // .NET's earliest date, which is sent for an empty field.
  ['0001-01-01T00:00:00Z', 'consent-expired'],
  ['1969-12-31T23:59:59.999Z', 'consent-expired'],
  ['1970-01-01T00:00:00Z', 'consent-expired'],
  ['2026-11-23T08:00:00Z', 'consent-expired'],
  ['9999-12-31T23:59:59.999Z', 'consent-refused'],
])('validTo %s of Altinn: %s, now and the next time', async (validTo, code) => {
  const { time, party, ask, giveConsent, telemetry } = loginWorld();
  await giveConsent();
  party.validTo = Date.parse(validTo);
  for (const sid of ['sid-1', 'sid-2']) {
    const outcome = time.run(ask(loginOf(sid, time.now()))).then(
      () => 'shown',
      (error: unknown) => (error instanceof ProblemError ? error.code : error),
    );
    expect(await outcome).toBe(code);
    await time.pass(5000);
  }
  expect(party.calls).toEqual([]);
  expect(telemetry.of('row-unreadable')).toEqual([]);
});

test('a validTo of Altinn before the end of the session: what is held ends with the consent', async () => {
  const { time, party, ask, giveConsent, tables, sessions } = loginWorld();
  await giveConsent();
  party.validTo = time.now() + 10 * 60_000;
  const caller = loginOf('sid-1', time.now());
  // The first look-up may have to be repeated, because its session was listed for longer than the consent lasts.
  await time.run(ask(caller)).catch((error: unknown) => expect(error).toMatchObject({ fault: 'consent-changed' }));
  await time.pass(5000);
  await time.run(ask(caller));
  expect(storedSession(tables.sessions, sessions.names(caller).sessionKey)?.expiresAt).toBe(party.validTo);
  party.calls.length = 0;
  await time.pass(party.validTo - 1 - time.now());
  await time.run(ask(caller));
  await time.pass(1);
  await expect(time.run(ask(caller))).rejects.toMatchObject({ code: 'consent-expired' });
  expect(party.calls).toEqual([]);
});

test('a later validTo: the saldo is held until the earlier end, and then fetched again under the present consent', async () => {
  const { time, party, ask, giveConsent } = loginWorld();
  const until = time.now() + 60_000;
  await giveConsent(until);
  const caller = loginOf('sid-1', time.now());
  await time.run(ask(caller));
  await time.pass(until - 1 - time.now());
  await time.run(ask(caller));
  expect(party.calls).toHaveLength(1);
  await time.pass(1);
  const { consent } = await time.run(ask(caller));
  expect(party.calls).toHaveLength(2);
  expect(Date.parse(consent.validTo)).toBe(party.validTo);
});
