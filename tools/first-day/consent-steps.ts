// From the app's start to a consent with its token: the only step where a person must answer in time.
import { setTimeout as sleep } from 'node:timers/promises';
import { ConsentNotUsable } from '../../shared/maskinporten/token-client.ts';
import { call, inApp } from './app-call.ts';
import { RedStep } from './contacts.ts';
import type { Day } from './day.ts';
import type { Answer } from './questions.ts';
import type { Seen, Step } from './steps.ts';

/** The app, the consent, and the third kind of grant. */
export function consentSteps(day: Day): Step[] {
  return [
    { id: 'app', title: 'The app starts with these settings', about: 'some seconds', run: () => start(day) },
    {
      id: 'consent',
      title: 'The test person says yes in Altinn',
      about: `you: some minutes, at most ${Math.round(day.person.waitMs / 60_000)}`,
      run: () => consent(day),
    },
    {
      id: 'grant-consent',
      title: 'Maskinporten gives a token for the consent',
      about: 'a second',
      run: () => grant(day),
    },
  ];
}

async function start(day: Day): Promise<Seen> {
  const app = await day.freshApp();
  const ready = await app.api('GET', '/health/ready', '');
  if (ready.status !== 200) throw inApp(day, ready, 'The app is not ready');
  return { seen: 'GET /health/ready gave 200' };
}

async function consent(day: Day): Promise<Seen> {
  const { person } = day;
  // What an earlier run has left is ended: this day begins with a question of its own.
  await call(day, 'DELETE', '/consents/current', [200]);
  const asked = await call(day, 'POST', '/consents', [201], { returnUrl: day.app.returnUrl });
  const consentUrl = String(asked.body.consentUrl);
  day.consentId = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(consentUrl)?.[0];
  const unanswered = await refusalCode(day);
  await person.approve(consentUrl);
  const until = performance.now() + person.waitMs;
  for (;;) {
    const now = await call(day, 'GET', '/consents/current', [200]);
    if (now.body.state === 'accepted')
      return { seen: 'the app knows the consent as accepted', answers: [...unanswered, lifeOf(now.body.validTo)] };
    if (now.body.state !== 'pending' || performance.now() >= until)
      throw new RedStep({
        says:
          now.body.state === 'pending'
            ? 'The question in Altinn was not answered in time.'
            : `The consent is ${String(now.body.state)}, and not accepted.`,
        who: 'the person who clicks',
        remedy: `Log in to Altinn as ${person.words}, and answer yes. Then run this again.`,
      });
    await sleep(person.lookAgainMs);
  }
}

const lifeOf = (validTo: unknown): Answer => {
  const days = Math.floor((Date.parse(String(validTo)) - Date.now()) / 86_400_000);
  return { question: 'U16', seen: `Altinn has taken over ${days} days` };
};

/** What Maskinporten says of a consent that is not given yet: it must say no. */
async function refusalCode(day: Day): Promise<Answer[]> {
  if (day.consentId === undefined) return [];
  try {
    await consentToken(day, day.consentId);
  } catch (error) {
    if (error instanceof ConsentNotUsable) return [{ question: 'U14', seen: `not answered yet: ${error.message}` }];
    // An answer of another kind is no fault of the day: the app reads Altinn then.
    return [{ question: 'U14', seen: `not answered yet: ${error instanceof Error ? error.message : 'an error'}` }];
  }
  throw new RedStep({
    says: 'Maskinporten gave a token for a consent that was not given.',
    who: 'platform team, in Digdir self-service',
    remedy: 'Stop, and report it to Digdir: no saldo may be asked for.',
  });
}

async function consentToken(day: Day, id: string) {
  const { tokens, grants, deadline } = day.context;
  return tokens.request({ ...grants.lanekassen, consent: { id, from: day.person.nationalId } }, deadline());
}

async function grant(day: Day): Promise<Seen> {
  if (day.consentId === undefined)
    throw new RedStep({
      says: 'The address in Altinn does not hold the id of the consent, so this script cannot go on.',
      who: 'developers',
      remedy: 'Report the form of the address, without the id. The app itself does not need it.',
    });
  try {
    const { token, lifeMs } = await consentToken(day, day.consentId);
    day.consentToken = token;
    const life = `with the consent: ${Math.round(lifeMs / 1000)} s`;
    return { seen: `good for ${Math.round(lifeMs / 1000)} s`, answers: [{ question: 'U15', seen: life }] };
  } catch (error) {
    if (!(error instanceof ConsentNotUsable)) throw error;
    throw new RedStep({
      says: `${error.message}, though Altinn calls it accepted.`,
      who: 'platform team, in Digdir self-service',
      remedy:
        'Maskinporten and Altinn must be of the same environment. Check LANEKASSEN_SCOPE with Lånekassen; then ask Digdir.',
    });
  }
}
