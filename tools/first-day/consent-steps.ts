// The steps from the app's start to a consent with its token. A person must answer in time here.
import { setTimeout as sleep } from 'node:timers/promises';
import { ConsentNotUsable } from '../../shared/maskinporten/token-client.ts';
import { call, inApp } from './app-call.ts';
import { RedStep } from './contacts.ts';
import type { Day } from './day.ts';
import type { Answer } from './questions.ts';
import type { Seen, Step } from './steps.ts';

/** The app, the consent, and a grant with the consent. */
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
  // Ends a consent of an earlier run, so that this run makes a new request.
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

/** Maskinporten's answer for a consent that is not given yet. It must be a refusal. */
async function refusalCode(day: Day): Promise<Answer[]> {
  if (day.consentId === undefined) return [];
  try {
    await consentToken(day, day.consentId);
  } catch (error) {
    if (error instanceof ConsentNotUsable) return [{ question: 'U14', seen: `not answered yet: ${error.message}` }];
    // Another kind of refusal does not make the step red: for such an answer the app reads Altinn.
    return [{ question: 'U14', seen: `not answered yet: ${error instanceof Error ? error.message : 'an error'}` }];
  }
  throw new RedStep({
    says: 'Maskinporten gave a token for a consent that was not given.',
    who: 'platform team, in Digdir self-service',
    remedy: 'Stop, and report it to Digdir. No saldo may be fetched.',
  });
}

async function consentToken(day: Day, id: string) {
  const { tokens, grants, deadline } = day.context;
  return tokens.request({ ...grants.lanekassen, consent: { id, from: day.person.nationalId } }, deadline());
}

async function grant(day: Day): Promise<Seen> {
  if (day.consentId === undefined)
    throw new RedStep({
      says: 'The address in Altinn does not have the id of the consent, so this script cannot continue.',
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
      says: `${error.message}, although Altinn calls the consent accepted.`,
      who: 'platform team, in Digdir self-service',
      remedy:
        'Maskinporten and Altinn must belong to the same environment. Check LANEKASSEN_SCOPE with Lånekassen; then ask Digdir.',
    });
  }
}
