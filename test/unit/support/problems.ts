// How a test asks for a problem: by code and by our own word for the fault.
import { expect } from 'vitest';
import { ProblemError } from '../../../shared/problems.ts';

/** The problem that `work` throws; fails the test when it throws none, or anything else. */
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
