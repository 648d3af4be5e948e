// The model finds what it is for: each rule of the stored state is taken out of a copy of the program, and a run fails.
import { expect, test } from 'vitest';
import { planted } from './faults.ts';
import { find } from './plant.ts';

test.each(planted)(
  '$name: is found',
  async (fault) => {
    const { failed, says } = await find(fault, 240);
    expect(failed).toBe(true);
    expect(says).not.toBe('');
  },
  300_000,
);
