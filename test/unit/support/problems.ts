// Returns the problem that some work throws: its code, and the program's own word for the fault.
import { expect } from 'vitest';
import { ProblemError } from '../../../shared/problems.ts';

/** The problem that `work` throws. Fails the test if it throws nothing or anything else. */
export async function problemOf(work: () => unknown): Promise<ProblemError> {
  let thrown: unknown;
  try {
    await work();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ProblemError);
  return thrown as ProblemError;
}

/** `code fault` of the problem that `work` throws. */
export async function faultOf(work: () => unknown): Promise<string> {
  const { code, fault } = await problemOf(work);
  return `${code} ${fault}`;
}
