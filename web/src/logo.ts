// Duty C-6: Lånekassen's logo is right by the balance. The bank puts its file in the slot. Where none is seen, a developer
// finds a box that is not overlooked, a customer reads the name, and the page is always informed.
import { element } from './dom.ts';

/** The place in the card: the slot, and what is there for as long as nothing is seen in it. */
export type LogoPlace = { node: HTMLElement; check(): void; name(text: string): void };

/**
 * `onChange` hears whether the logo is missing, each time it has been looked at. `forDevelopers`: the page is on this machine, so
 * that an empty slot is for the developer of the page.
 */
export function createLogoPlace(forDevelopers: () => boolean, onChange: (missing: boolean) => void): LogoPlace {
  const slot = element('slot', { name: 'logo' });
  const placeholder = element('p', { class: 'logo-missing', part: 'logo-missing' });
  const node = element('div', { class: 'logo', part: 'logo' }, slot, placeholder);
  let words = '';

  const check = () => {
    if (!node.isConnected) return;
    const given = slot.assignedElements({ flatten: true });
    const broken = given.length > 0 && given.every(isBroken);
    // A picture that does not load shows its text and the browser's own mark; the name in our letters is better.
    slot.hidden = broken;
    const missing = broken || !given.some(isSeen);
    const isForDevelopers = given.length === 0 && forDevelopers();
    placeholder.hidden = !missing;
    placeholder.className = isForDevelopers ? 'logo-missing' : 'logo-name';
    placeholder.textContent = isForDevelopers ? words : 'Lånekassen';
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
      words = text;
      check();
    },
  };
}

const imagesOf = (assigned: Element): HTMLImageElement[] => [
  ...(assigned instanceof HTMLImageElement ? [assigned] : []),
  ...assigned.querySelectorAll('img'),
];

/** True for pictures that have come to nothing; one that is still on its way is given the benefit of the doubt. */
function isBroken(assigned: Element): boolean {
  const images = imagesOf(assigned);
  return images.length > 0 && !images.some(hasCome);
}

const hasCome = (image: HTMLImageElement) =>
  image.complete ? image.naturalWidth > 0 : image.currentSrc !== '' || image.src !== '';

/** True for what takes up room and is no broken image. */
function isSeen(assigned: Element): boolean {
  if (imagesOf(assigned).length > 0) return !isBroken(assigned);
  const { width, height } = assigned.getBoundingClientRect();
  return width >= 8 && height >= 8;
}
