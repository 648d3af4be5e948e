import { oneOf } from './dimensions.ts';

/**
 * What the program itself alerts on (`telemetry.alert`), and what each alert means. Each is an `alert` event and an error line that says
 * what to do. The runbook has a section for each, except for `identity-refused`: without an identity the event cannot be sent (see the
 * alert `silent`).
 */
export const alerts = {
  'setting-faulty': 'A setting is missing or wrong; the process serves nothing until it is fixed.',
  'key-mode-misfit': 'The key in the vault does not fit MASKINPORTEN_KEY_MODE or the certificate.',
  'certificate-of-another-key': 'The certificate in the settings does not verify what the vault signed.',
  'key-vault-refuses': 'Key Vault refuses to sign or to read the key: no token can be fetched.',
  'identity-refused': 'The identity endpoint refuses the app: neither the vault nor the tables can be reached.',
  'tables-refused': "Table storage refuses the app's identity: no call can be answered.",
  'table-missing': 'A state table is gone and was created again, empty.',
  'maskinporten-refuses':
    'Maskinporten refuses a grant; `reason` is its code (mp-121: the registered key has expired).',
  'clock-drift': "Our clock and Maskinporten's differ by 5 s or more. From 10 s on, every token is refused.",
  'altinn-refuses': 'Altinn refuses a request of the app; `reason` is its code.',
  'consent-unknown-to-altinn': 'Altinn does not know a consent that was accepted there.',
  'consent-mismatch':
    "The giver, receiver, resource or validity of a consent is not this person's, bank's or service's. Nothing of it is used.",
  'consent-refused': 'Lånekassen refuses a consent that Altinn calls accepted.',
  'consent-token-refused': 'Maskinporten refuses a consent token for a consent that Altinn calls accepted.',
  'lanekassen-400': 'Lånekassen finds a header invalid.',
  'lanekassen-401': 'Lånekassen refuses a new token: API key, scope or prefix.',
  'unknown-account': 'Lånekassen uses an account name that is not in the contract. It is shown as Annet.',
  'session-of-another-person': 'Two persons have the same `sid`.',
  'consents-refused-for-all':
    'Within ten minutes the consents of three customers or more were refused by Lånekassen, or unknown to Altinn, and no customer got an answer: an outage.',
  'row-unreadable': 'This version cannot read a stored row. Only that customer is not served.',
  'feed-event-stuck': 'An event of the feed could not be handled for more than an hour.',
  'feed-position-unknown':
    'Altinn does not know our place in the event feed. The app reads the feed from the beginning.',
  'purge-failed': 'Rows past their time could not be deleted.',
  'internal-error': 'A defect of ours: an answer 500, or an error that nothing caught.',
} as const satisfies Record<string, string>;

/** What the program alerts on. */
export type AlertKind = keyof typeof alerts;

/** More exact reasons of an alert: the code or status of the party that refuses, what does not fit, or what belonged to another. */
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
  // A status without a code, of any party.
  ...(['400', '401', '403', '404', '405', '409', '410', '412', '415'] as const),
  // Key and certificate at start.
  ...(['key-not-rsa', 'key-too-short', 'certificate-of-another-key', 'certificate-expired'] as const),
  ...(['key-may-not-sign', 'key-disabled', 'key-expired-in-vault'] as const),
  // What belonged to another person, bank or service.
  ...(['id', 'giver', 'receiver', 'resource', 'validity', 'row', 'token-consumer'] as const),
  // The clock; the state table.
  ...(['ahead', 'behind', 'consents', 'sessions'] as const),
  // Kinds of stored rows; reasons that affect all customers.
  ...(['person', 'session', 'subject', 'feed', 'sweep', 'refused', 'absent', 'token'] as const),
  'other',
] as const;

/** A more exact reason of an alert. */
export type AlertReason = (typeof alertReasons)[number];

/** A party's own code or status as a reason; `other` for one that is not in the list. */
export const reasonOf = (code: string | number): AlertReason =>
  oneOf(alertReasons, String(code).toLowerCase(), 'other');
