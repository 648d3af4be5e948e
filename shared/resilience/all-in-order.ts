/**
 * Waits for several pieces of work at once. If several fail, the error of the first in this list is thrown, so that an answer does not
 * depend on which of two upstreams was faster. No rejection is left unhandled.
 */
export async function allInOrder<T extends readonly unknown[]>(
  work: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  for (const one of work) one.catch(() => {});
  const done: unknown[] = [];
  for (const one of work) done.push(await one);
  return done as unknown as T;
}
