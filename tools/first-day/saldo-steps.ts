// The steps after the consent: one saldo in one login, logout, and a withdrawal that the app learns from the feed.
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { createAltinn } from '../../shared/altinn/client.ts';
import { seenSaldo } from '../dsop-cases/seen-saldo.ts';
import { call, inApp, logIn } from './app-call.ts';
import { blameOf, RedStep } from './contacts.ts';
import type { Day } from './day.ts';
import type { Seen, Step } from './steps.ts';

/** The steps saldo, logout, withdrawal and feed. */
export function saldoSteps(day: Day): Step[] {
  const most = Math.round(day.person.waitMs / 60_000);
  return [
    { id: 'saldo', title: 'One saldo, asked for once in the login', about: 'some seconds', run: () => saldo(day) },
    { id: 'logout', title: 'Logout ends the session', about: 'a second', run: () => logout(day) },
    {
      id: 'withdrawal',
      title: 'The test person withdraws the consent in Altinn',
      about: `you: some minutes, at most ${most}`,
      run: () => withdrawal(day),
    },
    {
      id: 'feed',
      title: "Altinn's feed brings the withdrawal, and no saldo comes any more",
      about: `about six minutes, at most ${most}`,
      run: () => feed(day),
    },
  ];
}

/** The number of calls to Lånekassen. `undefined`: it is unknown, because the app is deployed. */
async function callsToLanekassen(day: Day): Promise<number | undefined> {
  return (await day.app.counter?.read())?.lanekassen.length;
}

const more = (after: number | undefined, before: number | undefined) => (after ?? 0) - (before ?? 0);

async function saldo(day: Day): Promise<Seen> {
  // The app must run with the settings that the probes found.
  await day.freshApp();
  await logIn(day);
  const before = await callsToLanekassen(day);
  const first = await call(day, 'GET', '/saldo', [200, 404]);
  if (first.status === 404) {
    if (first.body.code !== 'not-a-customer') throw inApp(day, first, 'GET /saldo gave 404');
    return { seen: 'Lånekassen does not know the person (404). Use a person with a loan to see figures' };
  }
  const seen = seenSaldo(first.body);
  const between = await callsToLanekassen(day);
  const second = await call(day, 'GET', '/saldo', [200]);
  const after = await callsToLanekassen(day);
  const faults = [
    ...(seen.addsUp ? [] : ['the total is not the sum of the sub-accounts']),
    ...(seen.logoRequired ? [] : ["the answer does not ask for Lånekassen's logo"]),
    ...(isDeepStrictEqual(first.body, second.body) ? [] : ['the second view differs from the first']),
    ...(more(after, between) > 0 ? [`the second view cost ${more(after, between)} calls to Lånekassen`] : []),
  ];
  if (faults.length > 0)
    throw new RedStep({ says: `${faults.join('; ')}.`, who: 'developers', remedy: 'Report it with the app log.' });
  const counted =
    after === undefined
      ? 'calls to Lånekassen are not counted at a deployed app'
      : `${more(between, before)} call(s) to Lånekassen, none at the second view`;
  return { seen: `sub-accounts: ${seen.accounts.join(', ') || 'none'}; ${counted}` };
}

async function logout(day: Day): Promise<Seen> {
  await call(day, 'DELETE', '/session', [204]);
  const late = await call(day, 'GET', '/saldo', [401]);
  if (late.body.code !== 'session-ended') throw inApp(day, late, 'GET /saldo after logout gave 401');
  return { seen: 'the old token gets session-ended' };
}

async function withdrawal(day: Day): Promise<Seen> {
  await logIn(day);
  const now = await call(day, 'GET', '/consents/current', [200]);
  await day.person.withdraw(String(now.body.withdrawUrl), day.consentId ?? '');
  const until = performance.now() + day.person.waitMs;
  while ((await statusInAltinn(day)) !== 'revoked') {
    if (performance.now() >= until)
      throw new RedStep({
        says: 'The consent was not withdrawn in time.',
        who: 'the person who clicks',
        remedy: `Log in to Altinn as ${day.person.words}, and withdraw the consent. Then run this again.`,
      });
    await sleep(day.person.lookAgainMs);
  }
  return { seen: 'Altinn calls the consent revoked' };
}

/** The status of the consent in Altinn. This script reads it itself; the app must learn it from the feed. */
async function statusInAltinn({ context, settings, consentId }: Day): Promise<string | undefined> {
  const { http, policy, time, telemetry, tokens, grants, deadline } = context;
  const { baseUrl, resourceIds, metadataKey } = settings.altinn;
  const { organisationNumber, name: bankName } = context.bank;
  const { token } = await tokens.request(grants.altinn, deadline());
  const altinn = createAltinn(
    { baseUrl, organisationNumber, bankName, resourceId: resourceIds[0], metadataKey },
    {
      http,
      policy: policy('altinn', settings.policy.altinn),
      token: { get: async () => token, drop: () => false },
      time,
      telemetry,
    },
  );
  return (await altinn.read(consentId ?? '', deadline()))?.status;
}

async function feed(day: Day): Promise<Seen> {
  const startedAt = performance.now();
  for (;;) {
    const { body } = await call(day, 'GET', '/consents/current', [200]);
    if (body.state === 'revoked') break;
    if (performance.now() - startedAt >= day.person.waitMs)
      throw new RedStep({
        ...blameOf('altinn-unreachable'),
        says: `The feed has not brought the withdrawal in ${Math.round(day.person.waitMs / 1000)} s.`,
        who: 'Altinn',
        remedy:
          'See in the app log that sync-consent-events runs (SYNC_CONSENT_EVENTS_SCHEDULE); then ask Digdir about the event feed.',
      });
    await sleep(day.person.lookAgainMs);
  }
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const before = await callsToLanekassen(day);
  const late = await call(day, 'GET', '/saldo', [403]);
  if (late.body.code !== 'consent-revoked') throw inApp(day, late, 'GET /saldo after the withdrawal gave 403');
  if (more(await callsToLanekassen(day), before) > 0)
    throw new RedStep({
      says: 'Lånekassen was asked after the withdrawal.',
      who: 'developers',
      remedy: 'Stop, and report it with the app log.',
    });
  return {
    seen: `${seconds} s after the withdrawal was seen in Altinn; GET /saldo gives consent-revoked${before === undefined ? '' : ', and Lånekassen is not asked'}`,
  };
}
