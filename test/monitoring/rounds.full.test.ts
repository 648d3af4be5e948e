// The recorded rounds must still match what the app sends. Some are played again and compared with the recording in names and dimensions.
import { expect, test } from 'vitest';
import { recordedRounds, rowsOf } from '../../tools/monitoring/scenarios/recording.ts';
import { hasOpenssl } from '../integration/certificates.ts';
import { rounds } from './rounds/rounds.ts';
import { playRounds } from './rounds/stage.ts';

const again = ['logins', 'lanekassen-down', 'reply-invalid', 'key-vault-refuses', 'timers'];

test.skipIf(!hasOpenssl)(
  'the app sends what was recorded (else: node test/monitoring/rounds/record.ts)',
  async () => {
    const recorded = recordedRounds();
    expect([...recorded.keys()].toSorted()).toEqual(Object.keys(rounds).toSorted());
    const chosen = Object.fromEntries(again.map((name) => [name, rounds[name] as (typeof rounds)[string]]));
    for (const [name, envelopes] of await playRounds(chosen)) {
      const said = (rows: ReturnType<typeof rowsOf>) =>
        new Set(
          rows
            .filter((row) => ['saldoLookup', 'alert', 'requestAnswered', 'feedRun', 'purgeRun'].includes(row.name))
            // Most rounds were recorded before there were several banks; the telemetry test asserts the bank.
            .map(({ name, dimensions: { bank: _, ...dimensions } }) =>
              JSON.stringify([name, { ...dimensions, source: '', coldStart: '' }]),
            ),
        );
      expect([...said(rowsOf(envelopes))].toSorted(), name).toEqual([...said(recorded.get(name) ?? [])].toSorted());
    }
  },
  240_000,
);
