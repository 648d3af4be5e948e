// Altinn as a model, and the program's own parts around it on a table in memory: for walking through lives of a consent.

import type { Altinn } from '../../../shared/consent/altinn.ts';
import type { AltinnConsent } from '../../../shared/consent/altinn-reply.ts';
import { createConsentEvents } from '../../../shared/consent/consent-events.ts';
import { createConsentGate } from '../../../shared/consent/consent-gate.ts';
import { createConsentRecords } from '../../../shared/consent/consent-records.ts';
import { createConsentStore } from '../../../shared/consent/consent-store.ts';
import { createConsents } from '../../../shared/consent/consents.ts';
import { createFeedStore } from '../../../shared/consent/feed-store.ts';
import { parseReturnUrlRule } from '../../../shared/consent/return-url.ts';
import { Hidden } from '../../../shared/person/hidden.ts';
import { personKey } from '../../../shared/person/person-key.ts';
import { ProblemError } from '../../../shared/problems.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { memoryTable } from '../support/memory-table.ts';
import { steinar } from '../support/people.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

export const minute = 60_000;
export const day = 86_400_000;
/** How old an event is before Altinn's feed shows it (domain/altinn-consent.md §10). */
export const lagMs = 5 * minute;
export const freshMs = 15 * minute;

type Request = AltinnConsent & { events: { type: string; at: number }[] };

const organisationNumber = '974760673';
const resourceId = 'slk_5498_1';
const returnUrl = 'https://bank.example/';

/** A world of one customer. `start` gives a new process on the same table; everything else outlives it. */
export function lifeModel() {
  const time = new VirtualTime();
  const table = memoryTable(time);
  const requests: Request[] = [];
  const party = { silent: false, loseNextCreate: false };
  const secret = new Hidden('A'.repeat(44));
  const person = personKey(secret, steinar);
  /** What is held: under which consent, and until when (an hour at most, and no longer than the consent). */
  const held = new Map<string, number>();
  const erasures: number[] = [];
  const speak = () => {
    if (party.silent) throw new ProblemError('upstream-unavailable', { fault: 'altinn-silent' });
  };
  const answerOf = ({ events: _, ...answer }: Request): AltinnConsent => ({ ...answer });
  const altinn: Altinn = {
    async create(question) {
      speak();
      const existing = requests.find(({ id }) => id === question.id);
      const made: Request = existing ?? {
        id: question.id,
        from: question.person,
        to: organisationNumber,
        requiredDelegator: question.person,
        status: 'created',
        validTo: question.validTo,
        resourceIds: [resourceId],
        viewUri: `https://am.ui.altinn.no/accessmanagement/ui/consent/request?id=${question.id}`,
        events: [],
      };
      if (!existing) requests.push(made);
      if (party.loseNextCreate) {
        party.loseNextCreate = false;
        throw new ProblemError('upstream-unavailable', { fault: 'answer-lost' });
      }
      return answerOf(made);
    },
    async read(id) {
      speak();
      const found = requests.find((request) => request.id === id);
      return found && answerOf(found);
    },
    async events(position) {
      speak();
      const all = requests
        .flatMap((request) => request.events.map((event, index) => ({ ...event, id: request.id, index })))
        .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1) || a.index - b.index);
      const tokenOf = (event: { id: string; index: number }) => `${event.id}${event.index}`.replaceAll('-', '');
      const from = position === undefined ? 0 : all.findIndex((event) => tokenOf(event) === position) + 1;
      const page = all
        .slice(from)
        .filter(({ at }) => at + lagMs < time.now())
        .slice(0, 2);
      const last = page.at(-1);
      return {
        events: page.map(({ id, type }) => ({ consentId: id, type })),
        next: last && page.length === 2 ? tokenOf(last) : undefined,
      };
    },
  };

  /** What the customer does in Altinn, where Altinn allows it. */
  const act = (index: number, type: 'accepted' | 'rejected' | 'revoked') => {
    const request = requests.at(-1 - (index % Math.max(1, requests.length)));
    if (request === undefined || request.status !== (type === 'revoked' ? 'accepted' : 'created')) return;
    if (type === 'accepted' && request.validTo <= time.now()) return;
    request.status = type;
    request.events.push({ type, at: time.now() });
  };

  const start = (check: 'per-look-up' | 'by-feed') => {
    const telemetry = recordedTelemetry();
    const store = createConsentStore(table, { retentionMs: 365 * day, acceptMigrated: false, random: () => '0' });
    const onWithdrawn = async () => {
      // As the sessions do: through the table, so that a killed process erases nothing.
      await table.hooks.before('erase', '');
      erasures.push(time.now());
      held.clear();
    };
    const bank = { organisationNumber, resourceId };
    const keysOf = (nationalId: typeof steinar) => [personKey(secret, nationalId)];
    const records = createConsentRecords({ store, altinn, keysOf, bank, onWithdrawn, time, telemetry });
    const feed = createFeedStore(table);
    const events = createConsentEvents({ altinn, feed, store, records, freshMs, time, telemetry });
    const isFeedFresh = (deadline: Deadline) => events.isFresh(deadline);
    const rule = parseReturnUrlRule(returnUrl);
    return {
      store,
      events,
      gate: createConsentGate({ records, check, isFeedFresh, time, telemetry }),
      consents: createConsents({
        records,
        store,
        altinn,
        altinnBaseUrl: 'https://platform.altinn.no',
        publicBaseUrl: 'https://app.example',
        returnUrls: { allowed: rule ? [rule] : [], standard: returnUrl },
        numbers: { validityDays: 365, renewDaysBefore: 30, requestTtlMs: 60 * minute },
        time,
        telemetry,
      }),
    };
  };

  const caller = { person: steinar, sessionId: 's', issuer: 'i', subject: undefined, issuedAt: undefined };
  const far = () => Deadline.after(time, 1e12);
  return { time, table, requests, party, person, held, erasures, act, start, caller, far, returnUrl };
}
