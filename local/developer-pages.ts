// A developer's own pages that work against the local world: `npm start -- --origin http://127.0.0.1:8410`.
import { parseArgs } from 'node:util';

/**
 * `origins`: pages that may call the app and fetch test tokens from a browser (CORS). `returnUrls`: where a customer may return to from
 * Altinn; by default each origin's root. `banks`: the number of demo banks, 1 to 3; absent: one.
 */
export type DeveloperPages = { origins: string[]; returnUrls: string[]; banks?: number };

/** Reads `--origin` and `--return-url`, once for each page, and `--banks`. Throws an error with the known options for anything else. */
export function developerPages(args: readonly string[]): DeveloperPages {
  const options = {
    origin: { type: 'string', multiple: true },
    'return-url': { type: 'string', multiple: true },
    banks: { type: 'string' },
  } as const;
  const read = () => {
    try {
      return parseArgs({ args: [...args], options }).values;
    } catch (error) {
      const known = '(known: --origin http://127.0.0.1:8410, --return-url http://127.0.0.1:8410/, --banks 3)';
      throw new Error(`${error instanceof Error ? error.message : error} ${known}`);
    }
  };
  const { origin: origins = [], banks, 'return-url': returnUrls = origins.map((origin) => `${origin}/`) } = read();
  for (const origin of origins)
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      throw new Error(`--origin must be an origin, as a browser writes it: http://127.0.0.1:8410, not ${origin}`);
  for (const url of returnUrls)
    if (!URL.canParse(url))
      throw new Error(`--return-url must be a whole address, for instance http://127.0.0.1:8410/, not ${url}`);
  if (banks === undefined) return { origins, returnUrls };
  if (!/^[1-3]$/.test(banks)) throw new Error(`--banks must be from 1 to 3, not ${banks}`);
  return { origins, returnUrls, banks: Number(banks) };
}
