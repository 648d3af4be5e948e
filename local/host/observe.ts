// For tests: a module that receives every answer of a function of this host.
import { pathToFileURL } from 'node:url';

/** Receives an answer as it leaves the host, even if its caller has disconnected. */
export type Observe = (answer: {
  method: string;
  /** The function's route with its prefix, e.g. `/api/saldo`. */
  route: string;
  /** The caller's X-Request-Id, if any. */
  requestId: string | undefined;
  status: number;
  /** Names in lower case. */
  headers: Record<string, string | string[]>;
  body: Uint8Array;
  /** The function threw, and the host answered in its place. */
  failed: boolean;
}) => void;

/** The result of `createObserver` in the module that `HOST_OBSERVER` names (a path), for the app in `root`; none without the variable. */
export async function observerFrom(env: NodeJS.ProcessEnv, root: string): Promise<Observe | undefined> {
  if (env.HOST_OBSERVER === undefined || env.HOST_OBSERVER === '') return undefined;
  const path = env.HOST_OBSERVER;
  const { createObserver } = (await import(pathToFileURL(path).href)) as {
    createObserver(root: string): Observe | undefined;
  };
  const observe = createObserver(root);
  // The functions must see the environment without it.
  delete env.HOST_OBSERVER;
  delete env.HOST_OBSERVER_RECORD;
  return observe;
}

/** The variables that a host passes to the hosts that it or a test starts, whatever the rest of their environment is. */
export function observerEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const { HOST_OBSERVER = '', HOST_OBSERVER_RECORD = '' } = env;
  return HOST_OBSERVER === '' ? {} : { HOST_OBSERVER, HOST_OBSERVER_RECORD };
}
