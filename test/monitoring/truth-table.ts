// The alerts that each scenario must raise, worked out by hand, and what their rows must say, above all whose fault it is. No other alert
// may fire.
import { alerts as programAlerts } from '../../shared/telemetry/alerts.ts';

/** Values that a row must have, by alert. */
export type Raised = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The burn alerts of availability, both speeds. */
const fails = (whose: 'ours' | 'upstreams', parties: string): Raised => ({
  'availability-fast': { whose, parties },
  'availability-slow': { whose, parties },
});

/** By scenario. */
export const truthTable: Readonly<Record<string, Raised>> = {
  'healthy-day': {},
  'quiet-night': {},
  'new-environment': {},
  deployment: {},
  restart: {},
  // Once for this customer, at severity 3; no alert wakes a person.
  'consent-refused-reloads': { 'consent-refused': {} },
  'reply-invalid-reloads': {},
  'tables-hiccup': {},
  'tables-throttle-six': {},
  'breaker-blip': {},
  'key-rotated': {},
  'old-tokens-at-logout': {},
  'vault-notices': {},
  'vault-used-by-pipeline': {},
  sampled: {},
  'rows-5-minutes-late': {},
  'rows-8-minutes-late': {},
  midnight: {},

  'lanekassen-down': { ...fails('upstreams', 'lanekassen'), 'upstream-down': { upstream: 'lanekassen' } },
  'lanekassen-down-rows-late': { ...fails('upstreams', 'lanekassen'), 'upstream-down': { upstream: 'lanekassen' } },
  'lanekassen-not-reached': { ...fails('upstreams', 'lanekassen'), 'upstream-down': { upstream: 'lanekassen' } },
  'lanekassen-slow': fails('upstreams', 'lanekassen'),
  // The upstream answers: the promised time is not met, but the promised answers are.
  'lanekassen-late': { 'latency-fast': { whose: 'upstreams' }, 'latency-slow': { whose: 'upstreams' } },
  // The upstream is reachable and asks for a pause, so it is not down.
  'lanekassen-throttles': { ...fails('upstreams', 'lanekassen'), throttled: { upstream: 'lanekassen' } },
  'lanekassen-throttles-once': { throttled: { upstream: 'lanekassen' } },
  'maskinporten-down': {
    ...fails('upstreams', 'maskinporten'),
    'upstream-down': { upstream: 'maskinporten' },
    'token-failures': {},
  },
  'maskinporten-throttles': {
    ...fails('upstreams', 'maskinporten'),
    throttled: { upstream: 'maskinporten' },
    'token-failures': {},
  },
  'altinn-down': { 'upstream-down': { upstream: 'altinn' } },
  'altinn-down-feed-stale': { ...fails('upstreams', 'altinn'), 'upstream-down': { upstream: 'altinn' } },
  'key-vault-refuses': {
    ...fails('ours', 'key-vault'),
    'vault-refuses': { status: 403, operation: 'KeySign' },
    'key-vault-refuses': {},
    'token-failures': {},
    configuration: { operation: 'get-saldo' },
  },
  'tables-down': {
    ...fails('ours', 'tables'),
    'upstream-down': { upstream: 'tables' },
    'not-ready': {},
    'feed-stale': {},
  },
  // Eight customers in a hundred fail: the budget lasts for days, not hours, and the row says that only one instance is affected.
  'one-bad-instance': { 'availability-slow': { whose: 'upstreams', parties: 'lanekassen', instances: 1 } },
  // One bank of three: the figures of all banks do not show it.
  'one-bank-fails': {
    'bank-fails': { bank: '310000035', parties: 'lanekassen', failedPercent: 100, othersPercent: 0 },
  },
  'queue-full': { 'load-shed': { upstream: 'lanekassen' } },
  'unknown-to-lanekassen': { 'not-a-customer': { unknownPercent: 100 } },
  'feed-fails': { 'feed-stale': {} },
  'feed-of-one-bank-fails': { 'feed-stale': { bank: '310000035' } },
  'vault-used-by-another': { 'key-used-by-another': { caller: 'a-stranger' } },
  // Two rows: the secret, and the unknown caller.
  'vault-used-by-pipeline-otherwise': { 'key-used-by-another': { caller: 'the-pipeline', operations: 'SecretGet' } },
  'signatures-near-ceiling': { 'signatures-near-ceiling': { signatures: 1300 } },

  deaf: { silent: { unheard: 'host and worker' } },
  'identity-refused': { silent: { unheard: 'host and worker' } },
  'http-dead': { silent: { unheard: 'HTTP functions' } },
  'worker-silent': { silent: { unheard: 'worker' } },
  'host-500': { 'host-errors': {} },
  'purge-stopped': { 'purge-missed': {} },
  'rows-overdue': { 'rows-overdue': { swept: 'sessions', overdue: 40 } },
  'setting-faulty': {
    ...fails('ours', 'app'),
    'setting-faulty': { reason: 'other' },
    configuration: { operation: 'get-saldo' },
  },
  'key-ends-in-25-days': { 'key-near-expiry': { clock: 'vault', days: 25 } },
  'key-ends-in-5-days': { 'key-near-expiry': { clock: 'vault' }, 'key-expires-now': { clock: 'vault', days: 5 } },
  'registration-ends': {
    'key-near-expiry': { clock: 'registration at Digdir' },
    'key-expires-now': { clock: 'registration at Digdir' },
  },
  'callbacks-refused': { 'callbacks-refused': { refused: 30 } },
  'tokens-refused': { 'person-tokens-refused': {} },
  'consents-refused': { 'consents-refused': {}, 'consent-refused': {} },
  // The first two are stored as refused. From the third on it is an outage, and no consent is changed.
  'consents-refused-for-all': { 'consents-refused-for-all': { reason: 'none' }, 'consent-refused': {} },
  // One customer is not served.
  'row-unreadable': { 'row-unreadable': { reason: 'none' } },
  // The feed itself is read.
  'feed-event-stuck': { 'feed-event-stuck': { reason: 'other' } },
  'bank-not-on-access-list': { 'access-list': { reason: '403' }, 'altinn-refuses': { reason: '403' } },
  'registered-key-expired': {
    'key-refused-by-maskinporten': { reason: 'mp-121' },
    'maskinporten-refuses': { reason: 'mp-121' },
  },
  'total-mismatch': { 'total-mismatch': { times: 1 } },
  'telemetry-dropped': { 'telemetry-dropped': { kind: 'event', lost: 120 } },
  'calls-per-login': { 'calls-per-login': {} },
  'person-mismatch': { 'person-mismatch': { place: 'altinn-giver' } },
  'daily-cap-near': { 'daily-cap': { status: 'approaching' } },
  'daily-cap-reached': { 'daily-cap': { status: 'reached' } },
  // Each of these is checked by bank, and for all banks together if no single bank shows it.
  'queue-full-at-one-bank': { 'load-shed': { upstream: 'lanekassen', bank: '310000035', turnedAway: 32 } },
  'queue-full-at-many-banks': { 'load-shed': { upstream: 'lanekassen', bank: 'all', turnedAway: 32 } },
  'unknown-to-lanekassen-at-one-bank': { 'not-a-customer': { bank: '310000035', unknownPercent: 100 } },
  'unknown-to-lanekassen-at-many-banks': { 'not-a-customer': { bank: 'all', unknownPercent: 100 } },
  'calls-per-login-at-one-bank': { 'calls-per-login': { bank: '310000035' } },
  'calls-per-login-at-many-banks': { 'calls-per-login': { bank: 'all' } },
  'consents-refused-at-one-bank': {
    'consents-refused': { bank: '310000035', customers: 7 },
    'consent-refused': { bank: '310000035' },
  },
  'consents-refused-at-many-banks': { 'consents-refused': { bank: 'all', customers: 7 }, 'consent-refused': {} },
  'tokens-refused-at-one-bank': { 'person-tokens-refused': { bank: '310000035', refused: 300 } },
  'tokens-refused-at-many-banks': { 'person-tokens-refused': { bank: 'all', refused: 300 } },
  'callbacks-refused-at-one-bank': { 'callbacks-refused': { bank: '310000035', refused: 30 } },
  'program-alerts': Object.fromEntries(
    Object.keys(programAlerts)
      // This alert cannot be sent, because telemetry uses the same identity. `silent` fires in its place.
      .filter((alert) => alert !== 'identity-refused')
      .map((alert) => [alert, { reason: 'none' }]),
  ),
};

/** What the first figure of the workbook must say, by scenario: do customers get an answer? `good` unless listed. */
export const answeredVerdicts: Readonly<Record<string, string>> = {
  'quiet-night': 'quiet: no customer asked',
  // One customer fails: worth a check, and no alarm.
  'consent-refused-reloads': 'look',
  'reply-invalid-reloads': 'look',
  'row-unreadable': 'look',
  'breaker-blip': 'quiet: no customer asked',
  'old-tokens-at-logout': 'quiet: no customer asked',
  'lanekassen-down': 'bad',
  'lanekassen-down-rows-late': 'bad',
  'lanekassen-not-reached': 'bad',
  'lanekassen-slow': 'bad',
  'lanekassen-throttles': 'bad',
  'maskinporten-down': 'bad',
  'maskinporten-throttles': 'bad',
  'altinn-down-feed-stale': 'bad',
  'key-vault-refuses': 'bad',
  'tables-down': 'bad',
  'queue-full': 'bad',
  'queue-full-at-one-bank': 'bad',
  'queue-full-at-many-banks': 'bad',
  'consents-refused-at-one-bank': 'look',
  'consents-refused-at-many-banks': 'look',
  'tokens-refused-at-many-banks': 'look',
  deaf: 'deaf: nothing is heard of the app',
  'identity-refused': 'deaf: nothing is heard of the app',
  'http-dead': 'deaf: no call reaches the app',
  'worker-silent': 'deaf: the app itself is not heard',
  'host-500': 'bad',
  'setting-faulty': 'bad',
  'tokens-refused': 'look',
  'consents-refused': 'look',
  // Ten of some forty customers in the last minutes.
  'consents-refused-for-all': 'bad',
};
