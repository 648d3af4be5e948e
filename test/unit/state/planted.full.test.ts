// A test of the model itself: each rule of the stored state is removed from a copy of the program, and the model must find a failing run.
import { expect, test } from 'vitest';
import { planted } from './faults.ts';
import { find } from './plant.ts';

test.each(planted)(
  'the model finds the planted fault: $name',
  async (fault) => {
    const { failed, says } = await find(fault, 240);
    expect(failed).toBe(true);
    expect(says).not.toBe('');
  },
  300_000,
);
