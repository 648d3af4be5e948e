// `npm run workbook:preview`: writes the workbook as a page (.artifacts/workbook-preview.html), with the data of each scenario that the
// alerts are tested with; a switch in the page chooses one. `-- --scenario <name>` (may be repeated) shows only that scenario, which
// takes seconds; all of them take a minute or two.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { previewPage, type ShownScenario } from '../monitoring/preview/page.ts';
import { play } from '../monitoring/scenarios/run.ts';
import { scenarios } from '../monitoring/scenarios/scenarios.ts';

const { values } = parseArgs({ options: { scenario: { type: 'string', multiple: true, default: [] } } });
const unknown = values.scenario.filter((name) => scenarios[name] === undefined);
if (unknown.length > 0) {
  console.error(`No scenario ${unknown.join(', ')}. There are: ${Object.keys(scenarios).join(', ')}.`);
  process.exit(2);
}
const { predictedResources } = JSON.parse(readFileSync('infra/environments/prod.snapshot.json', 'utf8')) as {
  predictedResources: { type: string; properties: { serializedData: string } }[];
};
const workbook = predictedResources.find(({ type }) => type === 'Microsoft.Insights/workbooks');
if (!workbook)
  throw new Error('There is no workbook in infra/environments/prod.snapshot.json (npm run infra:snapshots).');

const shown: ShownScenario[] = [];
for (const name of values.scenario.length > 0 ? values.scenario : Object.keys(scenarios)) {
  const played = await play(name);
  shown.push({ name, title: scenarios[name]?.title ?? '', panels: await played.panels() });
  played.close();
}
mkdirSync('.artifacts', { recursive: true });
const path = '.artifacts/workbook-preview.html';
writeFileSync(path, previewPage(JSON.parse(workbook.properties.serializedData), shown));
console.log(path);
