// Builds elements without HTML text: nothing from a server becomes markup, and the page may require Trusted Types.
import { isWebAddress } from './web-address.ts';

/** The content of an element; `false` is left out. */
export type Child = Node | string | false;

/** An element with attributes and content. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children.filter((child) => child !== false));
  return node;
}

/** A paragraph; `look` is its class. */
export const paragraph = (look: string, ...children: Child[]): HTMLElement =>
  element('p', look === '' ? {} : { class: look }, ...children);

/**
 * A button that does nothing while it is held. It is `aria-disabled`, because a disabled button loses the focus. `name` finds the
 * button when the card is written again in another language.
 */
export function button(name: string, text: string, onPress: () => void, look = 'primary'): HTMLButtonElement {
  const node = element(
    'button',
    { type: 'button', 'data-name': name, class: `button ${look}`, part: `button button-${look}` },
    text,
  );
  node.addEventListener('click', () => {
    if (node.getAttribute('aria-disabled') !== 'true') onPress();
  });
  return node;
}

/**
 * A link to another party's page, or nothing when the address, which came over the wire, is no web address. `onPress` may prevent
 * the browser from following the link (`preventDefault`).
 */
export function link(
  name: string,
  text: string,
  url: string | undefined,
  look = '',
  onPress?: (url: string, event: Event) => void,
): HTMLAnchorElement | false {
  if (!isWebAddress(url)) return false;
  const looks = look ? { class: look, part: 'link' } : {};
  const node = element('a', { href: url, rel: 'noreferrer', 'data-name': name, ...looks }, text);
  if (onPress) node.addEventListener('click', (event) => onPress(url, event));
  return node;
}
