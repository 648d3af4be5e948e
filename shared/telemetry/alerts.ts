import { oneOf } from './dimensions.ts';

/**
 * What the program alerts on by itself (`telemetry.alert`), and what it means. Each one is an `alert` event and an error
 * line with what to do; the runbook has a section for each, but for `identity-refused`, whose event cannot leave (see `silent`).
 */
export const alerts = {
  'setting-faulty': 'A setting is missing or wrong; the process serves nothing until it is fixed.',
  'key-mode-misfit': 'The key in the vault is not what MASKINPORTEN_KEY_MODE and its certificate say.',
  'certificate-of-another-key': 'What the vault signed does not verify by the certificate of the setting.',
  'key-vault-refuses': 'Key Vault refuses to sign or to read the key: no token can be fetched.',
  'identity-refused': 'The identity endpoint refuses us: neither vault nor tables can be reached.',
  'tables-refused': 'Table storage refuses our identity: nothing can be answered.',
  'table-missing': 'A state table is gone and was created again, empty.',
  'maskinporten-refuses':
    'Maskinporten refuses a grant; `reason` is its code (mp-121: the registered key has expired).',
  'clock-drift': "Our clock and Maskinporten's differ by 5 s or more; from 10 s on every token is refused.",
  'altinn-refuses': 'Altinn refuses a request of ours; `reason` is its code.',
  'consent-unknown-to-altinn': 'Altinn does not know a consent that it had accepted.',
  'consent-mismatch':
    "Giver, receiver, resource or validity is not this person's, bank's or service's. Nothing is used.",
  'consent-refused': 'Lånekassen refuses a consent that Altinn calls accepted.',
  'consent-token-refused': 'Maskinporten refuses a consent token for a consent that Altinn calls accepted.',
  'lanekassen-400': 'Lånekassen finds a header invalid.',
  'lanekassen-401': 'Lånekassen refuses a new token: API key, scope or prefix.',
  'unknown-account': 'Lånekassen uses an account name that the contract does not know; it is shown as Annet.',
  'session-of-another-person': 'One `sid` with two persons.',
  'consents-refused-for-all':
    'Three customers or more were refused by Lånekassen, or are unknown to Altinn, within ten minutes, and none was answered well: an outage.',
  'row-unreadable': 'A stored row cannot be read by this version; that customer alone is not served.',
  'feed-event-stuck': 'An event of the feed could not be acted on for more than an hour.',
  'feed-position-unknown': 'Altinn does not know our place in the event feed; it is read from the beginning.',
  'purge-failed': 'Rows past their time could not be swept.',
  'internal-error': 'A defect of ours: an answer 500, or an error that nothing caught.',
} as const satisfies Record<string, string>;

/** What the program alerts on. */
export type AlertKind = keyof typeof alerts;

/** Finer reasons of an alert: the refuser's own code or status, the misfit, the party that was another's. */
export const alertReasons = [
  'none',
  // Maskinporten (docs/contracts/maskinporten.md §6).
  ...(['mp-011', 'mp-012', 'mp-100', 'mp-100-kid', 'mp-110', 'mp-120', 'mp-121', 'mp-122', 'mp-123'] as const),
  ...(['mp-124', 'mp-130', 'mp-200', 'mp-201', 'mp-250', 'mp-251', 'mp-301', 'mp-302', 'mp-303'] as const),
  ...(['clock-ahead', 'consumer-org'] as const),
  // Altinn (docs/contracts/altinn-consent.md §7).
  ...(['am-00000', 'am-00001', 'am-00002', 'am-00003', 'am-00004', 'am-00005', 'am-00006', 'am-00007'] as const),
  ...(['am-00008', 'am-00009', 'am-00010', 'am-00011', 'am-00012', 'am-00013', 'am-00014', 'am-00015'] as const),
  ...(['am-00016', 'std-00000', 'std-00001'] as const),
  // A bare status of any of them.
  ...(['400', '401', '403', '404', '405', '409', '410', '412', '415'] as const),
  // Key and certificate at start.
  ...(['key-not-rsa', 'key-too-short', 'certificate-of-another-key', 'certificate-expired'] as const),
  ...(['key-may-not-sign', 'key-disabled', 'key-expired-in-vault'] as const),
  // What was another's.
  ...(['id', 'giver', 'receiver', 'resource', 'validity', 'row', 'token-consumer'] as const),
  // The clock; the state table.
  ...(['ahead', 'behind', 'consents', 'sessions'] as const),
  // Kinds of stored rows; what affects all customers.
  ...(['person', 'session', 'subject', 'feed', 'sweep', 'refused', 'absent', 'token'] as const),
  'other',
] as const;

/** A finer reason of an alert. */
export type AlertReason = (typeof alertReasons)[number];

/** A party's own code or status as a reason; `other` for one that the list does not have. */
export const reasonOf = (code: string | number): AlertReason =>
  oneOf(alertReasons, String(code).toLowerCase(), 'other');
