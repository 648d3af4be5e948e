// Faults in a page's layout as the browser shows it: text that is cut off, sticks out of its box or covers other text, and a button over
// another.
import type { Page } from 'playwright-core';

/** Every fault as text; an empty list if there is none. Includes open shadow trees. */
export const boxFaults = (page: Page): Promise<string[]> => page.evaluate<string[]>(script);

// Text has some space above and below its letters that may cover the next line's. Only what exceeds it counts.
const script = `(() => {
  const faults = [];
  const airX = 1, airY = 4;
  const texts = [], boxes = [];
  const parentOf = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host ?? null;
  const shown = (element) => {
    for (let at = element; at; at = parentOf(at)) {
      const style = getComputedStyle(at);
      if (style.display === 'none' || style.visibility === 'hidden' || style.clipPath === 'inset(50%)') return false;
    }
    return true;
  };
  const name = (text) => JSON.stringify(text.trim().slice(0, 40));
  const visit = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node instanceof Element) {
        if (node.shadowRoot) visit(node.shadowRoot);
        if (/^(SCRIPT|STYLE|TITLE|TEMPLATE|NOSCRIPT)$/.test(node.tagName) || !shown(node)) continue;
        if (/^(IMG|svg)$/.test(node.tagName) || node.matches('button, a.button, summary'))
          boxes.push({ element: node, label: node.tagName + ' ' + name(node.textContent), rect: node.getBoundingClientRect() });
        const style = getComputedStyle(node);
        if (style.overflowX !== 'visible' && node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0 && style.display !== 'inline')
          faults.push('cut off: ' + node.tagName + ' ' + name(node.textContent));
      } else {
        const holder = node.parentElement ?? root.host;
        if (node.data.trim() === '' || !holder || /^(SCRIPT|STYLE|TITLE|TEMPLATE|NOSCRIPT)$/.test(holder.tagName) || !shown(holder)) continue;
        if (holder.closest('details:not([open])') && !holder.closest('summary')) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        // An element above the page that waits for the focus (a skip link) is not visible.
        for (const rect of range.getClientRects())
          if (rect.width > 1 && rect.bottom + scrollY > 0) texts.push({ node, holder, rect });
      }
    }
  };
  visit(document.documentElement);
  for (const { node, holder, rect } of texts) {
    if (rect.left < -airX || rect.right > innerWidth + airX) faults.push('outside the window: ' + name(node.data));
    for (let at = holder; at; at = parentOf(at)) {
      if (getComputedStyle(at).display.startsWith('inline') && !at.matches('.button')) continue;
      if (getComputedStyle(at).display === 'contents') continue;
      const box = at.getBoundingClientRect();
      if (rect.left < box.left - airX || rect.right > box.right + airX || rect.top < box.top - airY || rect.bottom > box.bottom + airY) {
        faults.push('sticks out of ' + at.tagName + '.' + at.className + ': ' + name(node.data));
        break;
      }
    }
  }
  const over = (a, b, x, y) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > x && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > y;
  texts.forEach((one, index) => {
    for (const other of texts.slice(index + 1))
      if (other.node !== one.node && over(one.rect, other.rect, airX, airY)) faults.push(name(one.node.data) + ' over ' + name(other.node.data));
    for (const box of boxes)
      if (!box.element.contains(one.node) && over(one.rect, box.rect, airX, airY)) faults.push(name(one.node.data) + ' over ' + box.label);
  });
  boxes.forEach((one, index) => {
    for (const other of boxes.slice(index + 1))
      if (!one.element.contains(other.element) && over(one.rect, other.rect, 1, 1)) faults.push(one.label + ' over ' + other.label);
  });
  return faults;
})()`;
