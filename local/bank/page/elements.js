// Building elements without HTML text, so that nothing from a server can become markup.

/**
 * @param {string} name
 * @param {Record<string, string>} attributes
 * @param {(Node | string | false)[]} children those that are `false` are left out
 */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children.filter((child) => child !== false));
  return node;
}

/** @param {...(Node | string | false)} children */
export const paragraph = (...children) => element('p', {}, ...children);

/**
 * @param {string} text
 * @param {() => void} onPress
 * @param {string} [look]
 */
export function button(text, onPress, look = 'button') {
  const node = element('button', { type: 'button', class: look }, text);
  node.addEventListener('click', onPress);
  return node;
}

/**
 * A link to another party's page, or nothing when the address is no web address (it came over the wire).
 * @param {string} text
 * @param {string | undefined} url
 * @param {string} [look]
 */
export const link = (text, url, look = '') =>
  isWebAddress(url) && element('a', { href: url, rel: 'noreferrer', ...(look ? { class: look } : {}) }, text);

/**
 * https, or http on this machine (the local world).
 * @param {string | undefined} url
 * @returns {url is string}
 */
export function isWebAddress(url) {
  const parsed = url === undefined ? null : URL.parse(url);
  if (parsed === null) return false;
  return parsed.protocol === 'https:' || (parsed.protocol === 'http:' && parsed.hostname === '127.0.0.1');
}
