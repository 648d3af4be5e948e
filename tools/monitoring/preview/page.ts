import { html, table, tiles } from './cells.ts';
import { barChart, timeChart } from './charts.ts';
import type { Row } from './samples.ts';

/** An item of the workbook, as far as the preview shows it. */
export type PreviewItem = {
  type: number;
  name: string;
  customWidth?: string;
  content: { items?: PreviewItem[]; json?: string; title?: string; visualization?: string };
};

const visuals: Readonly<Record<string, (rows: readonly Row[]) => string>> = {
  tiles,
  table,
  timechart: timeChart,
  barchart: barChart,
};

/** The few marks that the workbook's texts use. */
const text = (markdown: string): string =>
  html(markdown)
    .replace(/^## (.+)$/gm, '<h2>$1</h2>')
    .replace(/\*([^*]+)\*/g, '<em>$1</em>')
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1');

function item(one: PreviewItem, samples: Readonly<Record<string, readonly Row[]>>): string {
  const { type, name, content } = one;
  const inner = (content.items ?? []).map((each) => item(each, samples)).join('');
  if (type === 1) return `<div class="text">${text(content.json ?? '')}</div>`;
  if (type === 12 && name.startsWith('section-')) return `<section id="${html(name)}">${inner}</section>`;
  if (type === 12)
    return `<article id="${html(name)}" style="width:calc(${Number(one.customWidth ?? 100)}% - 12px)">${inner}</article>`;
  if (type !== 3) return '';
  const draw = visuals[content.visualization ?? ''];
  const rows = samples[name];
  if (!draw || !rows) throw new Error(`The panel ${name} has no sample rows, or no way to be shown.`);
  return `<h3>${html(content.title ?? name)} <small>sample</small></h3>${draw(rows)}`;
}

const style = `body{font:14px/1.4 system-ui,sans-serif;margin:0 auto;max-width:1240px;padding:12px;color:#1f2937;background:#f8fafc}
.banner{background:#fef3c7;border:1px solid #b45309;padding:8px 12px;border-radius:4px}section{display:flex;flex-wrap:wrap;gap:12px;margin:16px 0;align-items:stretch}
section>.text{width:100%}h2{margin:8px 0 0}h3{margin:0 0 6px;font-size:14px}small{font-weight:400;color:#92400e;border:1px solid #d97706;border-radius:3px;padding:0 4px}
article{background:#fff;border:1px solid #d1d5db;border-radius:4px;padding:10px;box-sizing:border-box}article .text{color:#4b5563;margin-top:6px;font-size:13px}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13px}th,td{text-align:left;padding:3px 8px;border-bottom:1px solid #e5e7eb;white-space:nowrap}td.number{text-align:right}
.tiles{display:flex;gap:10px;flex-wrap:wrap}.tile{border-left:5px solid #6b7280;background:#f9fafb;padding:8px 14px;min-width:140px;display:flex;flex-direction:column}.tile b{font-size:22px}.tile i{font-style:normal;color:#4b5563}
.tile.good{border-color:#15803d}.tile.look{border-color:#d97706}.tile.bad{border-color:#b91c1c}
svg{width:100%;height:auto}svg text{font-size:10px;fill:#4b5563}.axis{fill:none;stroke:#9ca3af}.line{fill:none;stroke-width:2}.legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 14px;margin:0;padding:0;font-size:12px}.legend s{display:inline-block;width:10px;height:10px;margin-right:5px}`;

/** The workbook as a page to look at, from sample rows, and labelled so. Its tabs stand one below the other. */
export function previewPage(
  workbook: { items: readonly PreviewItem[] },
  samples: Readonly<Record<string, readonly Row[]>>,
): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Workbook, preview with sample rows</title><style>${style}</style></head>
<body><p class="banner"><b>Preview with sample rows.</b> Nothing here was measured: the rows are made up, of a Monday morning on which Lånekassen scales up. In the portal the sections after the first are tabs.</p>
${workbook.items.map((one) => item(one, samples)).join('\n')}</body></html>
`;
}
