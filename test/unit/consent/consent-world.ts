// The consent parts of the program on a table in memory. Altinn answers as the test says. One world is one process.
import type { Altinn } from '../../../shared/altinn/client.ts';
import type { AltinnEventPage, FeedStart } from '../../../shared/altinn/events.ts';
import type { AltinnConsent } from '../../../shared/altinn/reply.ts';
import type { Consent } from '../../../shared/consent/consent.ts';
import { createConsentCallback } from '../../../shared/consent/consent-callback.ts';
import { ConsentCheck } from '../../../shared/consent/consent-check.ts';
import type { ConsentContext } from '../../../shared/consent/consent-context.ts';
import { ConsentEvents } from '../../../shared/consent/consent-events.ts';
import { createConsentIndex } from '../../../shared/consent/consent-index.ts';
import { createConsentLog } from '../../../shared/consent/consent-log.ts';
import { Consents } from '../../../shared/consent/consents.ts';
import { feedKind, feedPartitionOf } from '../../../shared/consent/feed-lease.ts';
import { People } from '../../../shared/consent/people.ts';
import { nobodyYet, type Person } from '../../../shared/consent/person.ts';
import { type PersonRow, personKind } from '../../../shared/consent/person-document.ts';
import { createRefusalWatch } from '../../../shared/consent/refusal-watch.ts';
import { parseReturnUrlRule } from '../../../shared/consent/return-url.ts';
import { createWaitingEvents } from '../../../shared/consent/waiting-events.ts';
import type { NationalId } from '../../../shared/person/national-id.ts';
import { type PersonKey, type PersonKeys, personKey } from '../../../shared/person/person-key.ts';
import { Secret } from '../../../shared/person/secret.ts';
import { ProblemError } from '../../../shared/problems.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { Documents } from '../../../shared/storage/documents.ts';
import { anyKey } from '../support/any-key.ts';
import { memoryTable } from '../support/memory-table.ts';
import { steinar } from '../support/people.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

export const organisationNumber = '974760673';
export const resourceId = 'slk_5498_1';
export const returnUrl = 'https://bank.example/';
/** How long a world keeps the log and closed consents, unless the test says otherwise. */
export const retentionMs = 365 * day;

/** The secret in use, and the one that it replaced. */
export const newSecret = new Secret('B'.repeat(43).concat('='));
export const oldSecret = new Secret('A'.repeat(43).concat('='));

/** A name as long as a key of the program. */
export const named = (text: string) => anyKey(text.replaceAll(' ', '-').padEnd(43, '_'));
/** The id of the nth consent. */
export const idOf = (index: number) => `0194d2c1-7a58-7c2e-9b1f-${String(index).padStart(12, '0')}`;
export const callerOf = (person: NationalId) => ({
  nationalId: person,
  sessionId: 's',
  issuer: 'i',
  subject: undefined,
  issuedAt: undefined,
});

/** An accepted consent, made now and valid for 300 days. */
export function consentAt(now: number, changes: Partial<Consent> = {}): Consent {
  return {
    id: idOf(1),
    state: 'accepted',
    createdAt: now,
    changedAt: now,
    validTo: now + 300 * day,
    resourceId,
    ...changes,
  };
}

type Options = {
  time?: VirtualTime;
  table?: ReturnType<typeof memoryTable>;
  /** The secret in use comes first. */
  secrets?: readonly Secret[];
  check?: 'per-look-up' | 'by-feed';
  resourceIds?: readonly [string, ...string[]];
  acceptMigrated?: boolean;
  requestTtlMs?: number;
  keptMs?: number;
};

/** One process. Pass it another's `time` and `table` to have two of them. */
export function consentWorld(options: Options = {}) {
  const { time = new VirtualTime(), secrets = [newSecret], resourceIds = [resourceId], keptMs = retentionMs } = options;
  const table = options.table ?? memoryTable(time);
  const telemetry = recordedTelemetry();
  const far = () => Deadline.after(time, 1e13);
  const keysOf = (nationalId: NationalId) =>
    secrets.map((secret) => personKey(secret, nationalId)) as unknown as PersonKeys;

  /** Erased sessions, in order. `fails` says for which sessions the erasure fails. */
  const erased = { sessions: [] as string[], fails: (_session: string) => false };
  const eraseSession = async (session: string) => {
    await table.hooks.before('read', `session ${session}`);
    if (erased.fails(session)) throw new ProblemError('upstream-unavailable', { fault: 'erase-failed' });
    erased.sessions.push(session);
  };

  /** What Altinn knows. `trouble` is thrown instead of any answer. `whileRead` runs before a read is answered. */
  const party = {
    requests: new Map<string, AltinnConsent>(),
    redirects: new Map<string, string>(),
    trouble: undefined as ProblemError | undefined,
    reads: [] as string[],
    creates: [] as string[],
    whileRead: async () => {},
    starts: [] as FeedStart[],
    feed: (_start: FeedStart): AltinnEventPage | undefined => ({ events: [], next: undefined }),
    viewUri: (id: string) => `https://am.ui.altinn.no/accessmanagement/ui/consent/request?id=${id}`,
  };
  const altinn: Altinn = {
    async create({ id, person, validTo, redirectUrl }) {
      party.creates.push(id);
      if (party.trouble) throw party.trouble;
      const made = party.requests.get(id) ?? {
        id,
        from: person,
        to: organisationNumber,
        requiredDelegator: person,
        status: 'created' as const,
        validTo,
        resourceIds: [resourceIds[0]],
        viewUri: party.viewUri(id),
      };
      party.requests.set(id, made);
      party.redirects.set(id, party.redirects.get(id) ?? redirectUrl);
      return made;
    },
    async read(id) {
      party.reads.push(id);
      await party.whileRead();
      if (party.trouble) throw party.trouble;
      return party.requests.get(id);
    },
    async events(start) {
      party.starts.push(start);
      if (party.trouble) throw party.trouble;
      return party.feed(start);
    },
  };
  /** Adds this consent to Altinn, as accepted by default. */
  const inAltinn = (consent: Consent, changes: Partial<AltinnConsent> = {}, giver = steinar) =>
    void party.requests.set(consent.id, {
      id: consent.id,
      from: giver,
      to: organisationNumber,
      requiredDelegator: giver,
      status: 'accepted',
      validTo: consent.validTo,
      resourceIds: [consent.resourceId],
      viewUri: undefined,
      ...changes,
    });

  const stored = { table, time, telemetry };
  const rows = new Documents(personKind(keptMs, time.now), stored);
  let drawn = 0;
  const log = createConsentLog(table, { retentionMs: keptMs, random: () => String(drawn++).padStart(8, '0') });
  const people = new People({ rows, log, eraseSession, retentionMs: keptMs, time, telemetry });
  const index = createConsentIndex(table);
  const feed = new Documents(feedKind, stored);
  const partition = feedPartitionOf(organisationNumber);
  const watch = createRefusalWatch(time);
  const waiting = createWaitingEvents(table, partition, time);
  const rule = parseReturnUrlRule(returnUrl);
  const bank = { organisationNumber, returnUrls: { allowed: rule ? [rule] : [], standard: returnUrl } };
  const settingsWith = (check: 'per-look-up' | 'by-feed') =>
    ({
      altinn: { baseUrl: 'https://platform.altinn.no', resourceIds },
      consent: {
        ...{ check, validityDays: 365, renewDaysBefore: 30, feedFreshMinutes: 15 },
        acceptMigrated: options.acceptMigrated ?? false,
        requestTtlMinutes: (options.requestTtlMs ?? 60 * minute) / minute,
      },
      publicBaseUrl: 'https://app.example',
    }) as ConsentContext['settings'];
  const settings = settingsWith(options.check ?? 'per-look-up');
  const context: ConsentContext = {
    ...{ bank, settings, people, index, altinn, keysOf, watch, retentionMs: keptMs, time, telemetry },
  };
  const events = new ConsentEvents(context, feed, waiting);
  /** The feed's evidence as the test sets it. `undefined`: the real one. */
  const feedEvidence = { fresh: undefined as boolean | undefined };
  const gateWith = (check: 'per-look-up' | 'by-feed') =>
    new ConsentCheck(
      { ...context, settings: settingsWith(check) },
      async (id, deadline) => feedEvidence.fresh ?? events.isFresh(id, deadline),
    );

  /** Writes a person into the row, whatever was there. */
  const plant = async (person: Partial<Person>, name: PersonKey = keysOf(steinar)[0]) => {
    const next: PersonRow = { ...nobodyYet, ...person };
    await rows.change(name, far(), () => ({ result: undefined, next }), { evenUnreadable: true });
  };
  const read = (nationalId = steinar) => people.read(keysOf(nationalId), far());

  return {
    ...{ time, table, telemetry, far, keysOf, erased, party, inAltinn, rows, log, people, index, feed, watch, waiting },
    ...{ altinn, context, events, feedEvidence, gateWith, plant, read },
    consentCheck: gateWith(settings.consent.check),
    consents: new Consents(context),
    callback: createConsentCallback(context),
    /** The stored consent with that id. */
    stored: async (id = idOf(1), nationalId = steinar) =>
      (await read(nationalId)).person.consents.find((consent) => consent.id === id),
  };
}
