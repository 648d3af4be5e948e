import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { jsonText } from '../json-text.ts';
import { levels } from './log.ts';

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
export async function readHostJson(root: string): Promise<z.output<typeof hostJson> | undefined> {
  const text = await readFile(join(root, 'host.json'), 'utf8').catch(() => 'null');
  return jsonText(hostJson).safeParse(text).data;
}
