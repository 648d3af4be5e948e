// The card's attributes. They are read at each use, because a page may change them.
import { type ClientOptions, createStudielanClient, type GetToken, type StudielanClient } from './client.ts';
import { lanekassenUrl, type Writing } from './figures.ts';
import { formatFor } from './format.ts';
import { textsFor } from './texts/texts.ts';
import { webAddress } from './web-address.ts';

/** Attributes that begin a new look-up when they change. */
export const lookAttributes: readonly string[] = ['api-url', 'credentials', 'customer-key', 'wait-seconds'];
/** Attributes that only change how the card is written. */
export const writeAttributes: readonly string[] = ['lang', 'heading-level', 'help-url', 'login-url'];

/** Cookies of the page's own origin instead of a token. */
export const usesCookies = (host: HTMLElement): boolean => host.getAttribute('credentials') === 'same-origin';

/** A `getToken` that the page has set before this file was loaded, on the plain element; it is removed from there. */
export function takeEarlyToken(host: { getToken?: GetToken | undefined }): GetToken | undefined {
  if (!Object.hasOwn(host, 'getToken')) return undefined;
  const early = host.getToken;
  // The own property hides the accessor of the class.
  delete host.getToken;
  return early;
}

/** A token in an attribute can be read by every script of the page: it is removed, and the console says so. */
export function dropTokenAttribute(host: HTMLElement): void {
  if (!host.hasAttribute('token')) return;
  host.removeAttribute('token');
  console.error('<studielan-saldo>: the token must not be in an attribute; set the property getToken.');
}

/** The client that the attributes describe, or the reason why there is none. */
export function clientOf(host: HTMLElement, getToken: GetToken | undefined): StudielanClient | string {
  const options: ClientOptions = {
    apiUrl: host.getAttribute('api-url') ?? '',
    getToken,
    credentials: usesCookies(host) ? 'same-origin' : 'omit',
    waitSeconds: Number(host.getAttribute('wait-seconds')),
  };
  try {
    return createStudielanClient(options);
  } catch (error) {
    return error instanceof TypeError ? error.message : 'the client could not be made.';
  }
}

/** The current language, formats and addresses. */
export function writingOf(host: HTMLElement): Writing {
  const tag = host.lang || host.closest<HTMLElement>('[lang]')?.lang || document.documentElement.lang;
  const texts = textsFor(tag);
  return {
    texts,
    format: formatFor(texts.locales),
    helpUrl: webAddress(host.getAttribute('help-url')) ?? lanekassenUrl,
    loginUrl: webAddress(host.getAttribute('login-url')),
  };
}

/** 1–6; 2 if left out or no number. */
export const headingLevelOf = (host: HTMLElement): number =>
  Math.min(6, Math.max(1, Number(host.getAttribute('heading-level')) || 2));
