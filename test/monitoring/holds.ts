import { expect } from 'vitest';
import { play } from '../../tools/monitoring/scenarios/run.ts';
import { answeredVerdicts, truthTable } from './truth-table.ts';

/** Checks that a scenario raises the alerts in the truth table and no others, and that the workbook's first figure agrees. */
export async function holdsTrue(scenario: string): Promise<void> {
  const played = await play(scenario);
  const raised = await played.fired();
  const [answered] = await played.ask('now', 60);
  played.close();
  expect(raised, JSON.stringify(raised, undefined, 1)).toEqual(
    Object.fromEntries(
      Object.entries(truthTable[scenario] ?? {}).map(([alert, columns]) => [
        alert,
        expect.arrayContaining([expect.objectContaining(columns)]),
      ]),
    ),
  );
  expect(answered, 'the first figure of the workbook').toMatchObject({
    figure: 'Customers get an answer',
    verdict: answeredVerdicts[scenario] ?? 'good',
  });
}
