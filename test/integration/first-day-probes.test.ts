// The probes of `npm run first-day`. For each, the simulated parties answer the open question in every possible way.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freePorts } from '../../local/free-port.ts';
import { portsFrom } from '../../local/ports.ts';
import { type Simulators, startSimulators } from '../../local/simulators/all.ts';
import type { LanekassenVariant } from '../../local/simulators/lanekassen/consent.ts';
import { testBank } from '../../local/simulators/test-customers.ts';
import { NationalId } from '../../shared/person/national-id.ts';
import type { Secret } from '../../shared/person/secret.ts';
import { Deadline } from '../../shared/resilience/deadline.ts';
import { systemTime } from '../../shared/resilience/time.ts';
import { RedStep } from '../../tools/first-day/contacts.ts';
import { beginDay, type Day, inForce } from '../../tools/first-day/day.ts';
import { probeLanekassen } from '../../tools/first-day/lanekassen-probe.ts';
import { settingsThatFollow } from '../../tools/first-day/questions.ts';
import { probeRequest } from '../../tools/first-day/request-probe.ts';
import { probeResource } from '../../tools/first-day/resource-probe.ts';
import type { Seen } from '../../tools/first-day/steps.ts';

const customer = '01085301957';
const nationalId = NationalId.parse(customer) as NationalId;
let parties: Simulators;
let days: Day[] = [];
const before = { ...process.env };

beforeAll(async () => {
  const names = ['host', 'bank', 'maskinporten', 'altinn', 'lanekassen', 'keyVault', 'bankLogin', 'identity', 'tables'];
  const free = await freePorts(names.length);
  parties = await startSimulators({
    ...portsFrom({}),
    ...Object.fromEntries(names.map((name, at) => [name, free[at]])),
  });
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER } = parties.settings;
  Object.assign(process.env, { IDENTITY_ENDPOINT, IDENTITY_HEADER });
  // The SDKs are loaded at the first signature, which takes a while.
  const day = dayWith();
  await day.context.tokens.request(day.context.grants.altinn, Deadline.after(systemTime, 40_000));
});
afterEach(async () => {
  parties.lanekassen.control.answerAs({});
  parties.lanekassen.control.noFaults();
  parties.lanekassen.control.forget(customer);
  parties.altinn.control.setResources([{ id: 'slk_5498_1', metadataKeys: ['navn'] }]);
  parties.altinn.control.noFaults();
  await Promise.all(days.map((day) => day.close()));
  days = [];
});
afterAll(async () => {
  process.env = before;
  await parties?.close();
});

/** A first day with these settings. Probes do not need the app. */
function dayWith(settings: Record<string, string> = {}): Day {
  const never = async () => {
    throw new Error('no probe needs the app');
  };
  const person = { nationalId, words: 'a test person', approve: never, withdraw: never, waitMs: 1, lookAgainMs: 1 };
  const environment = {
    ...parties.settings,
    STATE_TABLE_CONNECTION_STRING: 'UseDevelopmentStorage=true',
    // Without this machine's own settings.
    KEY_VAULT_TRY_TIMEOUT_MS: '10000',
    KEY_VAULT_TOTAL_TIMEOUT_MS: '10000',
    ...settings,
  };
  const day = beginDay({ environment, person, start: never });
  days.push(day);
  return day;
}

/** Runs a probe. Returns the settings that follow, by name. */
async function follows(day: Day, probe: (day: Day) => Promise<Seen>): Promise<Record<string, string>> {
  const current = inForce(day.settings);
  const { answers = [] } = await probe(day);
  return settingsThatFollow(answers, current);
}

const blameOf = (error: unknown) => (error instanceof RedStep ? error.blame : { says: String(error), who: undefined });
const redOf = (day: Day, probe: (day: Day) => Promise<Seen>) => probe(day).then(() => undefined, blameOf);

describe('the resource id (U1)', () => {
  test('is as the settings say: no setting must change', async () => {
    expect(await follows(dayWith(), probeResource)).toEqual({});
  });

  test.each([
    ['the only one of Lånekassen', [{ id: 'slk-saldo', metadataKeys: [] }], 'slk-saldo'],
    ['a moved one alone', [{ id: 'slk_5498_1', metadataKeys: [] }], 'slk_5498_1'],
    [
      'new consents on the new one, moved ones accepted beside it',
      [
        { id: 'slk_5498_1', metadataKeys: [] },
        { id: 'slk-saldo', metadataKeys: [] },
        { id: 'ske-inntekt', ownerCode: 'ske', metadataKeys: [] },
      ],
      'slk-saldo,slk_5498_1',
    ],
  ])('is different from the setting: %s', async (_, resources, value) => {
    parties.altinn.control.setResources(resources);
    const day = dayWith({ ALTINN_CONSENT_RESOURCE_ID: 'a-guess' });
    expect(await follows(day, probeResource)).toEqual({ ALTINN_CONSENT_RESOURCE_ID: value });
    // The script continues with it.
    expect(day.settings.altinn.resourceIds.join()).toBe(value);
  });

  test.each([
    ['none of Lånekassen', [{ id: 'ske-inntekt', ownerCode: 'ske', metadataKeys: [] }], "Lånekassen's are: none."],
    [
      'several that could be meant',
      [
        { id: 'slk-saldo', metadataKeys: [] },
        { id: 'slk-stipend', metadataKeys: [] },
      ],
      "Lånekassen's are: slk-saldo, slk-stipend.",
    ],
  ])('%s: the step fails, and Lånekassen is the party to ask', async (_, resources, words) => {
    parties.altinn.control.setResources(resources);
    const red = await redOf(dayWith({ ALTINN_CONSENT_RESOURCE_ID: 'a-guess' }), probeResource);
    expect(red).toMatchObject({ who: 'Lånekassen', says: expect.stringContaining(words) });
  });
});

describe('the metadata key (U2)', () => {
  const resource = { id: 'slk_5498_1', metadataKeys: ['navn'] };

  test.each([
    ['as set', { ...resource, metadataKeys: ['Navn'] }, {}],
    ['another, by the registry', { ...resource, metadataKeys: ['bank'] }, { ALTINN_CONSENT_METADATA_KEY: 'bank' }],
    ['none, by the registry', { ...resource, metadataKeys: [] }, { ALTINN_CONSENT_METADATA_KEY: '' }],
    [
      "another, by Altinn's refusal where the registry is silent",
      { ...resource, metadataKeys: ['bank'], hidesMetadata: true },
      { ALTINN_CONSENT_METADATA_KEY: 'bank' },
    ],
    [
      "none, by Altinn's refusal",
      { ...resource, metadataKeys: [], hidesMetadata: true },
      { ALTINN_CONSENT_METADATA_KEY: '' },
    ],
  ])('is %s', async (_, changed, expected) => {
    parties.altinn.control.setResources([changed]);
    expect(await follows(dayWith(), probeRequest)).toEqual(expected);
    // The last request is the one that Altinn accepted. It carries the bank's name under that key.
    const [key] = changed.metadataKeys;
    const last = parties.altinn.control.requests().at(-1);
    expect(Object.entries(last?.metadata ?? {}).map(([name, value]) => [name.toLowerCase(), value])).toEqual(
      key === undefined ? [] : [[key.toLowerCase(), testBank.name]],
    );
  });

  test('has more keys than the program sends: the step fails, and the developers must fix it', async () => {
    parties.altinn.control.setResources([{ ...resource, metadataKeys: ['navn', 'aar'] }]);
    expect(await redOf(dayWith(), probeRequest)).toMatchObject({
      who: 'developers',
      says: expect.stringContaining('navn, aar'),
    });
  });

  test('cannot be checked if the bank is not on the access list (U17), because Altinn answers 403', async () => {
    parties.altinn.control.setResources([{ ...resource, accessList: [] }]);
    await expect(probeRequest(dayWith())).rejects.toMatchObject({ fault: 'altinn-403' });
  });
});

describe('Lånekassen (U3, U4, U7)', () => {
  /** A token for a consent that exists in Altinn. */
  async function consentToken(day: Day): Promise<Secret> {
    const id = randomUUID();
    const { organisationNumber } = testBank;
    const validTo = Date.now() + 86_400_000;
    parties.altinn.control.addMigrated([{ id, nationalId: customer, organisationNumber, validTo }]);
    const { tokens, grants, deadline } = day.context;
    return (await tokens.request({ ...grants.lanekassen, consent: { id, from: nationalId } }, deadline())).token;
  }
  const whole: { [Key in keyof LanekassenVariant]: readonly LanekassenVariant[Key][] } = {
    authorizationPrefix: ['', 'Bearer '],
    consentTransport: ['consent-id-header', 'authorization-only', 'both'],
    remembersConsent: [true, false],
  };
  const variants = whole.authorizationPrefix.flatMap((authorizationPrefix) =>
    whole.consentTransport.flatMap((consentTransport) =>
      whole.remembersConsent.map((remembersConsent) => ({ authorizationPrefix, consentTransport, remembersConsent })),
    ),
  );

  test.each(variants)(
    '$consentTransport, prefix "$authorizationPrefix", remembers: $remembersConsent',
    async (variant) => {
      parties.lanekassen.control.answerAs(variant);
      const day = dayWith();
      day.consentToken = await consentToken(day);
      const { authorizationPrefix, consentTransport, remembersConsent } = variant;
      const calls = parties.lanekassen.control.calls().length;
      expect(await follows(day, probeLanekassen)).toEqual({
        ...(authorizationPrefix === '' ? {} : { LANEKASSEN_AUTH_PREFIX: authorizationPrefix }),
        ...(consentTransport === 'consent-id-header' ? {} : { LANEKASSEN_CONSENT_TRANSPORT: consentTransport }),
        ...(remembersConsent ? {} : { LANEKASSEN_SEND_CONSENT_TOKEN: 'always' }),
      });
      expect(inForce(day.settings)).toMatchObject({
        LANEKASSEN_AUTH_PREFIX: authorizationPrefix,
        LANEKASSEN_CONSENT_TRANSPORT: consentTransport,
      });
      // Two prefixes without a consent, three transports with one, and the last question.
      expect(parties.lanekassen.control.calls().length - calls).toBeLessThanOrEqual(6);
    },
  );

  test('if Lånekassen remembers the person, the transport stays unknown, and the setting stays', async () => {
    const first = dayWith();
    first.consentToken = await consentToken(first);
    await probeLanekassen(first);
    parties.lanekassen.control.answerAs({ consentTransport: 'authorization-only' });
    const day = dayWith();
    day.consentToken = await consentToken(day);
    const { answers = [] } = await probeLanekassen(day);
    expect(answers.find(({ question }) => question === 'U3')).toEqual({
      question: 'U3',
      seen: expect.stringContaining('take another person'),
    });
  });

  test.each([
    ['a wrong API key', { LANEKASSEN_API_KEY: 'of-another-bank' }, 'platform team, with Lånekassen', 'no prefix: 401'],
    ['a consent that Lånekassen does not take', {}, 'Lånekassen', 'both, no prefix: 403'],
  ])('%s: the step fails, with the attempts and the request ids', async (name, settings, who, words) => {
    const day = dayWith(settings);
    const { tokens, grants, deadline } = day.context;
    // A token without a consent is no consent token.
    day.consentToken = (await tokens.request(grants.lanekassen, deadline())).token;
    const red = await redOf(day, probeLanekassen);
    expect([name, red]).toEqual([name, expect.objectContaining({ who, says: expect.stringContaining(words) })]);
    expect(red?.says).toMatch(/X-Request-Id: [0-9a-f-]{36}, /);
    expect(red?.says).not.toContain(customer);
  });
});
