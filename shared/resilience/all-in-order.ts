/**
 * Waits for work that is under way side by side. Where several fail, the one that is first here is thrown, whichever
 * failed first: so an answer does not hang on which of two upstreams was quicker. Nothing is left unhandled.
 */
export async function allInOrder<T extends readonly unknown[]>(
  work: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  for (const one of work) one.catch(() => {});
  const done: unknown[] = [];
  for (const one of work) done.push(await one);
  return done as unknown as T;
}
