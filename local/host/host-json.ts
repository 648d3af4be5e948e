import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogLevel } from './core-types.ts';
import { levelNamed } from './log.ts';

/** What this host reads of host.json. */
export type HostJson = { routePrefix: string; logLevel: LogLevel };

/** Its members, as far as they are read; the file may hold anything. */
type Read = {
  version?: unknown;
  extensions?: { http?: { routePrefix?: unknown } | null } | null;
  logging?: { logLevel?: { default?: unknown } | null } | null;
};

/** Reads `root`'s host.json. `undefined` when it is missing or no host.json of version 2: the real host then answers 503. */
export async function readHostJson(root: string): Promise<HostJson | undefined> {
  const text = await readFile(join(root, 'host.json'), 'utf8').catch(() => 'null');
  let read: Read | null;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (read?.version !== '2.0') return undefined;
  const prefix = read.extensions?.http?.routePrefix;
  return {
    routePrefix: typeof prefix === 'string' ? prefix.replaceAll(/^\/+|\/+$/g, '') : 'api',
    logLevel: levelNamed(read.logging?.logLevel?.default),
  };
}
