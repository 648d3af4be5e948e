import type { Cell, Row } from '../engine/database.ts';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text, escaped for HTML. */
export const html = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character] ?? '');

/** A cell as a reader sees it: instants by the minute, numbers with blanks between thousands. */
export function shown(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'string' && /^\d{4}-\d\d-\d\dT/.test(cell)) return `${cell.slice(5, 10)} ${cell.slice(11, 16)}`;
  return typeof cell === 'number' ? cell.toLocaleString('nb-NO', { maximumFractionDigits: 3 }) : String(cell);
}

/** Rows as a table. */
export function table(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  const line = (row: Row) =>
    `<tr>${names
      .map((name) => `<td class="${typeof row[name]}">${html(shown(row[name] as Cell))}</td>`)
      .join('')}</tr>`;
  return `<div class="scroll"><table><thead><tr>${names.map((name) => `<th>${html(name)}</th>`).join('')}</tr></thead><tbody>${rows
    .map(line)
    .join('')}</tbody></table></div>`;
}

/** Rows with figure, value and verdict, as tiles. */
export function tiles(rows: readonly Row[]): string {
  const tile = ({ figure = '', value = '', verdict = '' }: Row) =>
    `<div class="tile ${html(String(verdict).split(':')[0] ?? '')}"><span>${html(String(figure))}</span><b>${html(String(value))}</b><i>${html(String(verdict))}</i></div>`;
  return `<div class="tiles">${rows.map(tile).join('')}</div>`;
}
