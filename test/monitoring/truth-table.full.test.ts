// Every alert in every scenario.
import { test } from 'vitest';
import { scenarios } from '../../tools/monitoring/scenarios/scenarios.ts';
import { holdsTrue } from './holds.ts';

test.each(Object.keys(scenarios))('%s', holdsTrue, 120_000);
