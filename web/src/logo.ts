// Duty C-6: Lånekassen's logo stands right by the balance. The bank puts its file in the slot; an empty or broken slot shows
// a placeholder that nobody overlooks, and says so to the page.
import { element } from './dom.ts';

/** The place in the card: the slot, and the placeholder for as long as nothing is seen in it. */
export type LogoPlace = { node: HTMLElement; check(): void; name(text: string): void };

/** `onChange` hears whether the logo is missing, each time it has been looked at. */
export function createLogoPlace(onChange: (missing: boolean) => void): LogoPlace {
  const slot = element('slot', { name: 'logo' });
  const placeholder = element('p', { class: 'logo-missing', part: 'logo-missing' });
  const node = element('div', { class: 'logo', part: 'logo' }, slot, placeholder);

  const check = () => {
    if (!node.isConnected) return;
    const missing = !slot.assignedElements({ flatten: true }).some(isSeen);
    placeholder.hidden = !missing;
    onChange(missing);
  };
  slot.addEventListener('slotchange', () => {
    for (const assigned of slot.assignedElements({ flatten: true }))
      for (const image of imagesOf(assigned)) {
        image.addEventListener('load', check);
        image.addEventListener('error', check);
      }
    check();
  });
  return {
    node,
    check,
    name: (text) => {
      placeholder.textContent = text;
    },
  };
}

const imagesOf = (assigned: Element): HTMLImageElement[] => [
  ...(assigned instanceof HTMLImageElement ? [assigned] : []),
  ...assigned.querySelectorAll('img'),
];

/** True for what takes up room and is no broken image; one that is still on its way is given the benefit of the doubt. */
function isSeen(assigned: Element): boolean {
  const images = imagesOf(assigned);
  if (images.length > 0)
    return images.some((image) =>
      image.complete ? image.naturalWidth > 0 : image.currentSrc !== '' || image.src !== '',
    );
  const { width, height } = assigned.getBoundingClientRect();
  return width >= 8 && height >= 8;
}
