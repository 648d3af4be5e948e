import type { Consent } from './consent.ts';
import type { LogEvent } from './shown-consent.ts';

/** One entry; instants in milliseconds since 1970. */
export type LogEntry = { at: number; event: LogEvent; consentValidTo?: number };

const stateEvents = {
  accepted: 'consent-accepted',
  rejected: 'consent-rejected',
  revoked: 'consent-revoked',
  ended: 'consent-ended',
} as const;

/**
 * What a change of consents adds to the log. Derived from the change and written in the same batch, so that no state can
 * change without its entry and no entry is written twice. Asked counts as asked once Altinn has given the link.
 */
export function entriesOf(before: readonly Consent[], after: readonly Consent[], now: number): LogEntry[] {
  return after.flatMap((consent) => {
    const earlier = before.find(({ id }) => id === consent.id);
    const entry = (event: LogEvent): LogEntry => ({ at: now, event, consentValidTo: consent.validTo });
    const entries: LogEntry[] = [];
    if (earlier?.consentUrl === undefined && consent.consentUrl !== undefined) entries.push(entry('consent-requested'));
    const { state } = consent;
    // A request that was given up long ago is no news to the customer when it ends for good; an import is no answer.
    const isNews = earlier?.state !== state && !(earlier?.state === 'abandoned' && state === 'ended');
    if (isNews && state in stateEvents && (earlier !== undefined || consent.migrated === undefined))
      entries.push(entry(stateEvents[state as keyof typeof stateEvents]));
    return entries;
  });
}
