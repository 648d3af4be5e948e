// The slow tests of `consent-events.test.ts`: a feed that grows stale.
import './consent-events.test.ts';
