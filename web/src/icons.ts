// The small drawings beside a message: lines of 1.75 in a square of 24, in the colour of the text. They add nothing to the words.

const drawings = {
  document: 'M7 3.5h7l4 4v13H7zM14 3.5v4h4M10 12h5M10 15.5h5',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7.5V12l3 2',
  cloud: 'M7 18.5a4 4 0 0 1-.4-8A5.5 5.5 0 0 1 17.2 9a4.8 4.8 0 0 1-.2 9.5z',
  offline: 'M4 9.5a12 12 0 0 1 16 0M7 13a7.5 7.5 0 0 1 10 0M12 18h.01M4.5 4.5l15 15',
  queue:
    'M8 8.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM16 8.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM4.5 19.5v-4a3.5 3.5 0 0 1 7 0v4M12.5 19.5v-4a3.5 3.5 0 0 1 7 0v4',
  warning: 'M12 4 21 19.5H3zM12 10v4.5M12 17h.01',
  cross: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 14.5v2',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.8-3.7 3.9-5.5 7.5-5.5s6.7 1.8 7.5 5.5',
  check: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8 12.2l2.8 2.8 5.2-5.6',
} as const;

/** One of the drawings. */
export type IconName = keyof typeof drawings;

const svg = 'http://www.w3.org/2000/svg';

/** The drawing, hidden from screen readers. `look` is its class. */
export function icon(name: IconName, look = 'icon'): SVGElement {
  const node = document.createElementNS(svg, 'svg');
  for (const [key, value] of Object.entries({ viewBox: '0 0 24 24', 'aria-hidden': 'true', class: look }))
    node.setAttribute(key, value);
  const path = document.createElementNS(svg, 'path');
  path.setAttribute('d', drawings[name]);
  node.append(path);
  return node;
}
