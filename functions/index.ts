// The bundle's entry: registers every function. In the host the order does not matter; routes do not overlap.
import './backchannel-logout.ts';
import './consent-callback.ts';
import './end-consent.ts';
import './export-consents.ts';
import './get-consent.ts';
import './get-consent-log.ts';
import './get-problem.ts';
import './get-saldo.ts';
import './health.ts';
import './life-cycle.ts';
import './logout.ts';
import './openapi.ts';
import './purge-expired.ts';
import './start-consent.ts';
import './sync-consent-events.ts';
