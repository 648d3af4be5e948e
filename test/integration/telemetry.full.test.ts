// The slow tests of `telemetry.test.ts`.
import './telemetry.test.ts';
