// Writes infra/monitoring/views.json: the vocabulary of shared/telemetry/ as tables for the queries (`npm run docs`).
import { writeFileSync } from 'node:fs';
import { events } from '../../shared/telemetry/events.ts';
import { metrics } from '../../shared/telemetry/metrics.ts';
import { viewsOf } from '../monitoring/views.ts';

writeFileSync('infra/monitoring/views.json', `${JSON.stringify(viewsOf({ metrics, events }), undefined, 2)}\n`);
