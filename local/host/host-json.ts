import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogLevel } from './core-types.ts';
import { levelNamed } from './log.ts';

/** What this host reads of host.json. */
export type HostJson = { routePrefix: string; logLevel: LogLevel };

type Tree = { [name: string]: unknown };

function child(tree: unknown, name: string): Tree {
  const value = typeof tree === 'object' && tree !== null ? (tree as Tree)[name] : undefined;
  return typeof value === 'object' && value !== null ? (value as Tree) : {};
}

/** Reads `root`'s host.json. `undefined` when it is missing or no host.json of version 2: the real host then answers 503. */
export async function readHostJson(root: string): Promise<HostJson | undefined> {
  let tree: unknown;
  try {
    tree = JSON.parse(await readFile(join(root, 'host.json'), 'utf8'));
  } catch {
    return undefined;
  }
  if (typeof tree !== 'object' || tree === null || (tree as Tree).version !== '2.0') return undefined;
  const prefix = child(child(tree, 'extensions'), 'http').routePrefix;
  return {
    routePrefix: typeof prefix === 'string' ? prefix.replaceAll(/^\/+|\/+$/g, '') : 'api',
    logLevel: levelNamed(child(child(tree, 'logging'), 'logLevel').default),
  };
}
