// The property finds what it is for: each border between banks is taken out of a copy of the program, and a run fails.
import { expect, test } from 'vitest';
import { find } from '../state/plant.ts';
import { planted } from './faults.ts';

test.each(planted)(
  '$name: is found',
  async (fault) => {
    const { failed, says } = await find(fault, 120, 'borders');
    expect(failed).toBe(true);
    expect(says).not.toBe('');
  },
  180_000,
);
