import type { Row } from '../engine/database.ts';
import { html, shown } from './cells.ts';

const width = 560;
const height = 190;
const inset = { left: 46, right: 8, top: 8, bottom: 24 };
const colours = ['#0b5cad', '#c2410c', '#15803d', '#7e22ce', '#a16207', '#0f766e'];

type Point = { x: string; y: number };

/** One line or colour for each value of the text columns, times each column of numbers. */
function seriesOf(rows: readonly Row[]): { x: string[]; series: [name: string, points: Point[]][] } {
  const [first = {}] = rows;
  const [axis = '', ...others] = Object.keys(first);
  const texts = others.filter((name) => typeof first[name] === 'string');
  const numbers = others.filter((name) => typeof first[name] === 'number');
  const found = new Map<string, Point[]>();
  for (const row of rows)
    for (const number of numbers) {
      const name = [...texts.map((text) => row[text]), ...(numbers.length > 1 || texts.length === 0 ? [number] : [])];
      const points = found.get(name.join(' · ')) ?? [];
      points.push({ x: String(row[axis]), y: Number(row[number]) });
      found.set(name.join(' · '), points);
    }
  return { x: [...new Set(rows.map((row) => String(row[axis])))], series: [...found] };
}

function frame(x: readonly string[], most: number, marks: string, names: readonly string[]): string {
  const bottom = height - inset.bottom;
  const every = Math.ceil(x.length / 6);
  const label = (text: string, index: number) =>
    index % every === 0
      ? `<text x="${place(index, x.length)}" y="${height - 6}" text-anchor="middle">${html(shown(text).replace(/^\d\d-\d\d (?=\d\d:)/, ''))}</text>`
      : '';
  const legend = names
    .map((name, index) => `<li><s style="background:${colours[index % colours.length]}"></s>${html(name)}</li>`)
    .join('');
  return `<svg viewBox="0 0 ${width} ${height}" role="img"><path class="axis" d="M${inset.left} ${inset.top}V${bottom}H${width - inset.right}"/>
<text x="${inset.left - 4}" y="${inset.top + 8}" text-anchor="end">${html(shown(most))}</text><text x="${inset.left - 4}" y="${bottom}" text-anchor="end">0</text>
${x.map(label).join('')}${marks}</svg><ul class="legend">${legend}</ul>`;
}

const place = (index: number, count: number): number =>
  Math.round(inset.left + ((index + 0.5) * (width - inset.left - inset.right)) / Math.max(count, 1));
const tall = (value: number, most: number): number =>
  most === 0 ? 0 : (value / most) * (height - inset.top - inset.bottom);

/** Rows over time as lines. */
export function timeChart(rows: readonly Row[]): string {
  const { x, series } = seriesOf(rows);
  const most = Math.max(...series.flatMap(([, points]) => points.map(({ y }) => y)));
  const lines = series.map(([name, points], index) => {
    const path = points.map(
      (point) => `${place(x.indexOf(point.x), x.length)} ${(height - inset.bottom - tall(point.y, most)).toFixed(1)}`,
    );
    return `<path class="line" data-series="${html(name)}" data-points="${points.length}" stroke="${colours[index % colours.length]}" d="M${path.join('L')}"/>`;
  });
  return frame(
    x,
    most,
    lines.join(''),
    series.map(([name]) => name),
  );
}

/** Rows as bars, stacked where several have the same position. */
export function barChart(rows: readonly Row[]): string {
  const { x, series } = seriesOf(rows);
  const sums = x.map((one) =>
    series.reduce((sum, [, points]) => sum + (points.find((point) => point.x === one)?.y ?? 0), 0),
  );
  const most = Math.max(...sums);
  const wide = Math.max(2, (0.7 * (width - inset.left - inset.right)) / x.length);
  const stacked = new Map<string, number>();
  const bars = series.flatMap(([name, points], index) =>
    points.map((point) => {
      const below = stacked.get(point.x) ?? 0;
      stacked.set(point.x, below + point.y);
      const tallness = tall(point.y, most);
      const top = height - inset.bottom - tall(below, most) - tallness;
      return `<rect data-series="${html(name)}" x="${(place(x.indexOf(point.x), x.length) - wide / 2).toFixed(1)}" y="${top.toFixed(1)}" width="${wide.toFixed(1)}" height="${tallness.toFixed(1)}" fill="${colours[index % colours.length]}"><title>${html(`${point.x} ${name}: ${shown(point.y)}`)}</title></rect>`;
    }),
  );
  return frame(
    x,
    most,
    bars.join(''),
    series.map(([name]) => name),
  );
}
