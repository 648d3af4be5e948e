import { expect } from 'vitest';
import { play } from '../../tools/monitoring/scenarios/run.ts';
import { answeredVerdicts, truthTable } from './truth-table.ts';

/** Whether a scenario raises what the truth table says, and nothing else, and the workbook's first figure says the same. */
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
