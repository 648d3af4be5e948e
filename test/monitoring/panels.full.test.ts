// Every panel in every scenario: rules that must always hold.
import { expect, test } from 'vitest';
import { panelsOf, play } from '../../tools/monitoring/scenarios/run.ts';
import { scenarios } from '../../tools/monitoring/scenarios/scenarios.ts';

const visuals = new Map(panelsOf().map(({ name, visual }) => [name, visual]));

test.each(Object.keys(scenarios))(
  '%s: no share is above 100 %, no value is NaN, and time is in order',
  { timeout: 120_000 },
  async (scenario) => {
    const played = await play(scenario);
    const panels = await played.panels();
    played.close();
    expect(Object.keys(panels).toSorted()).toEqual([...visuals.keys()].toSorted());
    for (const [panel, rows] of Object.entries(panels)) {
      for (const row of rows)
        for (const [column, cell] of Object.entries(row)) {
          const said = `${panel}.${column}: ${JSON.stringify(row)}`;
          if (typeof cell === 'number') expect(Number.isFinite(cell), said).toBe(true);
          if (/percent|^kept$/i.test(column) && cell !== null) {
            expect(cell, said).toBeGreaterThanOrEqual(0);
            expect(cell, said).toBeLessThanOrEqual(100);
          }
          if (column === 'verdict') expect(cell, said).toMatch(/^(good|look|bad|quiet: .+|deaf: .+)$/);
        }
      if (visuals.get(panel) === 'timechart' || visuals.get(panel) === 'barchart') {
        const axis = Object.keys(rows[0] ?? {})[0] ?? '';
        const at = rows.map((row) => String(row[axis]));
        if (at[0]?.includes('T')) expect(at, panel).toEqual(at.toSorted());
      }
    }
  },
);
