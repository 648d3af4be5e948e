// Duty C-6: Lånekassen's logo is beside the balance. The bank puts its file in the slot. Without a visible logo a developer sees a
// dashed box, a customer reads the name, and the page gets an event.
import { element } from './dom.ts';

/** The logo's place in the card: the slot, and what is shown while the slot has no visible content. */
export type LogoPlace = { node: HTMLElement; check(): void; name(text: string): void };

/**
 * `onChange` is called with whether the logo is missing, at each check. `forDevelopers`: the page is on this machine, so an empty slot
 * shows the dashed box.
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
    // A picture that does not load would show its text and the browser's own mark. The card shows the name instead.
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

/** Whether a picture has failed to load. One that is still loading counts as good. */
function isBroken(assigned: Element): boolean {
  const images = imagesOf(assigned);
  return images.length > 0 && !images.some(hasCome);
}

const hasCome = (image: HTMLImageElement) =>
  image.complete ? image.naturalWidth > 0 : image.currentSrc !== '' || image.src !== '';

/** Whether an element takes up room and is no broken image. */
function isSeen(assigned: Element): boolean {
  if (imagesOf(assigned).length > 0) return !isBroken(assigned);
  const { width, height } = assigned.getBoundingClientRect();
  return width >= 8 && height >= 8;
}
