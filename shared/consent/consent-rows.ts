import type { Values } from '../storage/tables.ts';
import type { Consent, ConsentState } from './consent.ts';
import type { LogEntry } from './consent-log.ts';
import type { LogEvent } from './shown-consent.ts';

const iso = (ms: number) => new Date(ms).toISOString();
const textOf = (values: Values) => (name: string) => String(values[name] ?? '');

/** A consent's row. `purgeAt`: what accounting for the processing needs is kept for the retention time, then swept. */
export function consentValues(consent: Consent, retentionMs: number): Values {
  // Given up counts as over: what may still be adopted is so within days.
  const isOver = consent.state !== 'pending' && consent.state !== 'accepted';
  return {
    state: consent.state,
    createdAt: iso(consent.createdAt),
    changedAt: iso(consent.changedAt),
    validTo: iso(consent.validTo),
    returnUrl: consent.returnUrl,
    ...(consent.consentUrl === undefined ? {} : { consentUrl: consent.consentUrl }),
    ...(consent.primedAt === undefined ? {} : { primedAt: iso(consent.primedAt) }),
    ...(consent.erasurePending ? { erasurePending: true } : {}),
    ...(consent.migrated ? { migrated: true } : {}),
    // One that is never answered or never met again is swept the same time after it has run out.
    purgeAt: iso((isOver ? consent.changedAt : consent.validTo) + retentionMs),
  };
}

/** The consent in a row. */
export function consentFromValues(id: string, values: Values): Consent {
  const text = textOf(values);
  const instant = (name: string) => Date.parse(text(name)) || 0;
  return {
    id,
    state: text('state') as ConsentState,
    createdAt: instant('createdAt'),
    changedAt: instant('changedAt'),
    validTo: instant('validTo'),
    returnUrl: text('returnUrl'),
    ...(values.consentUrl === undefined ? {} : { consentUrl: text('consentUrl') }),
    ...(values.primedAt === undefined ? {} : { primedAt: instant('primedAt') }),
    ...(values.erasurePending === true ? { erasurePending: true as const } : {}),
    ...(values.migrated === true ? { migrated: true as const } : {}),
  };
}

/** A log entry's row. */
export function entryValues(entry: LogEntry, retentionMs: number): Values {
  return {
    at: iso(entry.at),
    event: entry.event,
    ...(entry.consentValidTo === undefined ? {} : { consentValidTo: iso(entry.consentValidTo) }),
    purgeAt: iso(entry.at + retentionMs),
  };
}

/** The entry in a row; `undefined` when it cannot be read as one. */
export function entryFromValues(values: Values): LogEntry | undefined {
  const text = textOf(values);
  const at = Date.parse(text('at'));
  if (Number.isNaN(at)) return undefined;
  const validTo = Date.parse(text('consentValidTo'));
  return { at, event: text('event') as LogEvent, ...(Number.isNaN(validTo) ? {} : { consentValidTo: validTo }) };
}
