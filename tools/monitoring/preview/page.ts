import type { Row } from '../engine/database.ts';
import { html, table, tiles } from './cells.ts';
import { barChart, timeChart } from './charts.ts';

/** An item of the workbook: the parts that the preview shows. */
export type PreviewItem = {
  type: number;
  name: string;
  customWidth?: string;
  content: { items?: PreviewItem[]; json?: string; title?: string; visualization?: string; noDataMessage?: string };
};

/** A scenario on the page: its name and title, and the rows of each panel. */
export type ShownScenario = { name: string; title: string; panels: Readonly<Record<string, readonly Row[]>> };

const visuals: Readonly<Record<string, (rows: readonly Row[]) => string>> = {
  tiles,
  table,
  timechart: timeChart,
  barchart: barChart,
};

/** Renders the few Markdown marks that the workbook's texts use. */
const text = (markdown: string): string =>
  html(markdown)
    .replace(/^## (.+)$/gm, '<h2>$1</h2>')
    .replace(/\*([^*]+)\*/g, '<em>$1</em>')
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1');

function item(one: PreviewItem, panels: ShownScenario['panels']): string {
  const { type, name, content } = one;
  const inner = (content.items ?? []).map((each) => item(each, panels)).join('');
  if (type === 1) return `<div class="text">${text(content.json ?? '')}</div>`;
  if (type === 12 && name.startsWith('section-')) return `<section data-section="${html(name)}">${inner}</section>`;
  if (type === 12)
    return `<article data-panel="${html(name.replace(/^panel-/, ''))}" style="width:calc(${Number(one.customWidth ?? 100)}% - 12px)">${inner}</article>`;
  if (type !== 3) return '';
  const draw = visuals[content.visualization ?? ''];
  const rows = panels[name];
  if (!draw || !rows) throw new Error(`The panel ${name} was not asked, or there is no way to show it.`);
  const shown = rows.length === 0 ? `<p class="nothing">${html(content.noDataMessage ?? 'Nothing.')}</p>` : draw(rows);
  return `<h3>${html(content.title ?? name)} <small>scenario</small></h3>${shown}`;
}

const style = `body{font:14px/1.4 system-ui,sans-serif;margin:0 auto;max-width:1240px;padding:12px;color:#1f2937;background:#f8fafc}
.banner{background:#fef3c7;border:1px solid #b45309;padding:8px 12px;border-radius:4px}select{font:inherit;max-width:100%}section{display:flex;flex-wrap:wrap;gap:12px;margin:16px 0;align-items:stretch}
section>.text{width:100%}h2{margin:8px 0 0}h3{margin:0 0 6px;font-size:14px}small{font-weight:400;color:#92400e;border:1px solid #d97706;border-radius:3px;padding:0 4px}
article{background:#fff;border:1px solid #d1d5db;border-radius:4px;padding:10px;box-sizing:border-box}article .text{color:#4b5563;margin-top:6px;font-size:13px}.nothing{color:#4b5563}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13px}th,td{text-align:left;padding:3px 8px;border-bottom:1px solid #e5e7eb;white-space:nowrap}td.number{text-align:right}
.tiles{display:flex;gap:10px;flex-wrap:wrap}.tile{border-left:5px solid #6b7280;background:#f9fafb;padding:8px 14px;min-width:140px;display:flex;flex-direction:column}.tile b{font-size:22px}.tile i{font-style:normal;color:#4b5563}
.tile.good{border-color:#15803d}.tile.look{border-color:#d97706}.tile.bad,.tile.deaf{border-color:#b91c1c}
svg{width:100%;height:auto}svg text{font-size:10px;fill:#4b5563}.axis{fill:none;stroke:#9ca3af}.line{fill:none;stroke-width:2}.legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 14px;margin:0;padding:0;font-size:12px}.legend s{display:inline-block;width:10px;height:10px;margin-right:5px}`;

const script = `const choice=document.querySelector('select');const show=()=>{for(const one of document.querySelectorAll('.scenario'))one.hidden=one.dataset.scenario!==choice.value};choice.addEventListener('change',show);show();`;

/**
 * The workbook as a page, for each scenario. The first scenario is shown; a switch at the top chooses another. Tabs are shown one below the
 * other.
 */
export function previewPage(workbook: { items: readonly PreviewItem[] }, scenarios: readonly ShownScenario[]): string {
  const options = scenarios.map(
    ({ name, title }) => `<option value="${html(name)}">${html(name)}: ${html(title)}</option>`,
  );
  const shown = scenarios.map(
    ({ name, panels }, index) =>
      `<div class="scenario" data-scenario="${html(name)}"${index === 0 ? '' : ' hidden'}>${workbook.items.map((one) => item(one, panels)).join('\n')}</div>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Workbook, preview with scenarios</title><style>${style}</style></head>
<body><p class="banner"><b>Preview.</b> Nothing here was measured in Azure: the queries run on rows that the built app sent in rehearsed trouble. In the portal the sections after the first are tabs.</p>
<p><label>What happens: <select>${options.join('')}</select></label></p>
${shown.join('\n')}<script>${script}</script></body></html>
`;
}
