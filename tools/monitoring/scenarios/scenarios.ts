import { healthy } from './healthy.ts';
import { banks } from './of-banks.ts';
import { ours } from './ours.ts';
import { parties } from './parties.ts';
import type { Scenario } from './scenario.ts';

/** Every scenario, by name: what the alerts and panels are tested with, and what the preview shows. */
export const scenarios: Readonly<Record<string, Scenario>> = { ...healthy, ...parties, ...ours, ...banks };
