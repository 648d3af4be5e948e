import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRunningMedian } from '../../../shared/resilience/running-median.ts';

test('the median of the last values, whatever came before, repeated values included', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.double({ min: 0, max: 60_000, noNaN: true }))),
      (size, values) => {
        const running = createRunningMedian(size);
        expect(running.median()).toBe(0);
        for (const [index, value] of values.entries()) {
          running.add(value);
          const last = values.slice(Math.max(0, index + 1 - size), index + 1).sort((one, other) => one - other);
          expect(running.count()).toBe(last.length);
          expect(running.median()).toBe(last[Math.floor(last.length / 2)]);
        }
      },
    ),
  );
});
