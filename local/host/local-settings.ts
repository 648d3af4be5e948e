import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CorsOptions, checked } from './cors.ts';

/** The content of local.settings.json: settings for the functions, and CORS for the host. */
export type LocalSettings = { values: Record<string, string>; cors: CorsOptions | undefined };

type Tree = { [name: string]: unknown };

function tree(value: unknown): Tree {
  return typeof value === 'object' && value !== null ? (value as Tree) : {};
}

/**
 * Reads `root`'s local.settings.json as Core Tools does; nothing there is nothing set. Throws `RangeError` if it is no JSON,
 * without quoting it: it may hold secrets.
 */
export async function readLocalSettings(root: string): Promise<LocalSettings> {
  let text: string;
  try {
    text = await readFile(join(root, 'local.settings.json'), 'utf8');
  } catch {
    return { values: {}, cors: undefined };
  }
  let parsed: Tree;
  try {
    parsed = tree(JSON.parse(text));
  } catch {
    throw new RangeError('local.settings.json is no JSON.');
  }
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(tree(parsed.Values))) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      values[name] = String(value);
  }
  const { CORS, CORSCredentials } = tree(parsed.Host);
  const origins = typeof CORS === 'string' ? CORS.split(',').map((origin) => origin.trim()) : [];
  const allowedOrigins = origins.filter((origin) => origin !== '');
  const cors =
    allowedOrigins.length > 0 ? checked({ allowedOrigins, supportCredentials: CORSCredentials === true }) : undefined;
  return { values, cors };
}
