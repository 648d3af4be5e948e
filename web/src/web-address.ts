/** True for https, and for http on this machine (the local world). The card opens no other address that came over the wire. */
export function isWebAddress(url: string | undefined): url is string {
  try {
    const { protocol, hostname, username } = new URL(url ?? '');
    if (username !== '') return false;
    return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
  } catch {
    return false;
  }
}

/** This machine: where developers work. */
export const isLoopback = (hostname: string): boolean => /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(hostname);

/** The page, where there is one. */
const page = globalThis as { document?: { baseURI: string }; location?: { origin: string } };

/**
 * The absolute form of an address that the bank has written; a relative one is resolved against the page's. `undefined` for a value
 * that is no web address, or empty.
 */
export function webAddress(written: string | null | undefined): string | undefined {
  if (!written || !URL.canParse(written, page.document?.baseURI)) return undefined;
  const { href } = new URL(written, page.document?.baseURI);
  return isWebAddress(href) ? href : undefined;
}

/** Whether an address is of the page's own origin, so that the browser sends the page's cookies there. */
export const isOwnOrigin = (address: string): boolean => new URL(address).origin === page.location?.origin;
