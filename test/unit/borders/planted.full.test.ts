// A test of the property itself: each border between banks is removed from a copy of the program, and the property must find a failing run.
import { expect, test } from 'vitest';
import { find } from '../state/plant.ts';
import { planted } from './faults.ts';

test.each(planted)(
  'the property finds the planted fault: $name',
  async (fault) => {
    const { failed, says } = await find(fault, 120, 'borders');
    expect(failed).toBe(true);
    expect(says).not.toBe('');
  },
  180_000,
);
