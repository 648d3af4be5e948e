// The files of an app that the host reads.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { jsonText } from '../json-text.ts';
import { type CorsOptions, corsOf } from './cors.ts';
import { levels } from './log.ts';

/** Reads a file as `schema` has it; one that is not there is `null`. */
async function read<Schema extends z.ZodType>(schema: Schema, root: string, name: string) {
  const text = await readFile(join(root, name), 'utf8').catch(() => 'null');
  return jsonText(schema).safeParse(text).data;
}

const http = z.object({ routePrefix: z.string() });
const logLevel = z.object({ default: z.string().toLowerCase().pipe(z.enum(levels)) });

/** What this host reads of host.json. What is missing or cannot be read has the real host's default. */
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

/** Reads `root`'s host.json. `undefined` when it is missing or no host.json of version 2: the real host then answers 503. */
export const readHostJson = (root: string) => read(hostJson, root, 'host.json');

/** What is read of local.settings.json; anything of another kind is as if it were not there. */
const localSettings = z
  .object({
    Values: z.record(z.string(), z.unknown()).catch({}),
    Host: z.looseObject({ CORS: z.string().catch('') }).catch({ CORS: '' }),
  })
  .catch({ Values: {}, Host: { CORS: '' } });

/**
 * Reads `root`'s local.settings.json as Core Tools does: settings for the functions, and CORS for the host. Nothing there is
 * nothing set. Throws `RangeError` if it is no JSON, without quoting it: it may hold secrets.
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
