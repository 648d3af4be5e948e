import type { Altinn } from '../altinn/client.ts';
import type { Bank } from '../bank/bank.ts';
import type { NationalId } from '../person/national-id.ts';
import type { PersonKeys } from '../person/person-key.ts';
import type { Time } from '../resilience/time.ts';
import type { Settings } from '../settings.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { ConsentIndex } from './consent-index.ts';
import type { People } from './people.ts';
import type { RefusalWatch } from './refusal-watch.ts';

/** What everything that is done with the consents of one bank's customers works with. */
export type ConsentContext = {
  bank: Pick<Bank, 'organisationNumber' | 'returnUrls'>;
  settings: Pick<Settings, 'altinn' | 'consent' | 'publicBaseUrl'>;
  people: People;
  index: ConsentIndex;
  altinn: Altinn;
  /** The keys of a person: one, or two while a secret is being rotated. */
  keysOf: (nationalId: NationalId) => PersonKeys;
  watch: RefusalWatch;
  /** How long the log, closed consents and what finds them are kept (`CONSENT_LOG_RETENTION_DAYS`), milliseconds. */
  retentionMs: number;
  time: Time;
  telemetry: Telemetry;
};
