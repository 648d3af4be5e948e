import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { jsonText } from '../json-text.ts';
import { type CorsOptions, checked } from './cors.ts';

/** The members that are read; anything of another kind is as if it were not there. */
const file = z
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
  const text = await readFile(join(root, 'local.settings.json'), 'utf8').catch(() => 'null');
  const read = jsonText(file).safeParse(text).data;
  if (!read) throw new RangeError('local.settings.json is no JSON.');
  const { Values, Host } = read;
  const plain = Object.entries(Values).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  const allowedOrigins = Host.CORS.split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');
  return {
    values: Object.fromEntries(plain.map(([name, value]) => [name, String(value)])),
    cors:
      allowedOrigins.length > 0
        ? checked({ allowedOrigins, supportCredentials: Host.CORSCredentials === true })
        : undefined,
  };
}
