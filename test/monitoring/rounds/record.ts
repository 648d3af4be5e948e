// `node test/monitoring/rounds/record.ts [round …]` plays the rounds (all, or those named) with the built app, and writes what it sent to
// rounds.json. It takes about ten seconds a round.
import { existsSync, writeFileSync } from 'node:fs';
import { recordedRounds, rowsOf, written } from '../../../tools/monitoring/scenarios/recording.ts';
import { rounds } from './rounds.ts';
import { playRounds } from './stage.ts';

const path = 'tools/monitoring/scenarios/rounds.json';
const named = process.argv.slice(2);
const chosen = Object.fromEntries(
  Object.entries(rounds).filter(([name]) => named.length === 0 || named.includes(name)),
);
const played = await playRounds(chosen);
const kept = named.length > 0 && existsSync(path) ? recordedRounds() : new Map();
for (const [name, envelopes] of played) kept.set(name, rowsOf(envelopes));
writeFileSync(path, written(kept));
for (const [name] of played) console.log(name, kept.get(name)?.length);
