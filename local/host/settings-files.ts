// The files of an app that the host reads.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { jsonText } from '../json-text.ts';
import { type CorsOptions, corsOf } from './cors.ts';
import { levels } from './log.ts';

/** Reads a file by `schema`. A file that does not exist is `null`. */
async function read<Schema extends z.ZodType>(schema: Schema, root: string, name: string) {
  const text = await readFile(join(root, name), 'utf8').catch(() => 'null');
  return jsonText(schema).safeParse(text).data;
}

const http = z.object({ routePrefix: z.string() });
const logLevel = z.object({ default: z.string().toLowerCase().pipe(z.enum(levels)) });

/** The part of host.json that this host reads. Missing or unreadable parts have the real host's default. */
const hostJson = z
  .object({
    version: z.literal('2.0'),
    extensions: z.object({ http }).catch({ http: { routePrefix: 'api' } }),
    logging: z.object({ logLevel }).catch({ logLevel: { default: 'information' } }),
  })
  .transform(({ extensions, logging }) => ({
    routePrefix: extensions.http.routePrefix.replaceAll(/^\/+|\/+$/g, ''),
    logLevel: logging.logLevel.default,
  }));

/** Reads `root`'s host.json. `undefined` if it is missing or not a host.json of version 2; the real host then answers 503. */
export const readHostJson = (root: string) => read(hostJson, root, 'host.json');

/** The part of local.settings.json that is read. A member of another type counts as absent. */
const localSettings = z
  .object({
    Values: z.record(z.string(), z.unknown()).catch({}),
    Host: z.looseObject({ CORS: z.string().catch('') }).catch({ CORS: '' }),
  })
  .catch({ Values: {}, Host: { CORS: '' } });

/**
 * Reads `root`'s local.settings.json like Core Tools: settings for the functions, and CORS for the host. Without the file nothing is set.
 * Throws `RangeError` if it is not JSON, without quoting it, because it may contain secrets.
 */
export async function readLocalSettings(
  root: string,
): Promise<{ values: Record<string, string>; cors: CorsOptions | undefined }> {
  const found = await read(localSettings, root, 'local.settings.json');
  if (!found) throw new RangeError('local.settings.json is no JSON.');
  const { Values, Host } = found;
  const plain = Object.entries(Values).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  const allowedOrigins = Host.CORS.split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');
  return {
    values: Object.fromEntries(plain.map(([name, value]) => [name, String(value)])),
    cors: corsOf(allowedOrigins, Host.CORSCredentials === true),
  };
}
