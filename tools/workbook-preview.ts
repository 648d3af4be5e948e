// `npm run workbook:preview`: the workbook that infra/ evaluates to, as a page to look at (.artifacts/workbook-preview.html), from
// made-up rows. Ends with 1 where a panel's rows are not what its query answers with.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { events } from '../shared/telemetry/events.ts';
import { metrics } from '../shared/telemetry/metrics.ts';
import { checkQuery } from './monitoring/check-query.ts';
import { previewPage } from './monitoring/preview/page.ts';
import { sampleFaults, samples } from './monitoring/preview/samples.ts';

const { predictedResources } = JSON.parse(readFileSync('infra/environments/prod.snapshot.json', 'utf8')) as {
  predictedResources: { type: string; properties: { serializedData: string } }[];
};
const workbook = predictedResources.find(({ type }) => type === 'Microsoft.Insights/workbooks');
if (!workbook)
  throw new Error('There is no workbook in infra/environments/prod.snapshot.json (npm run infra:snapshots).');

for (const [name, rows] of Object.entries(samples))
  for (const fault of sampleFaults(rows, checkQuery(name, { metrics, events }).columns)) {
    console.error(`${name}: ${fault}`);
    process.exitCode = 1;
  }
mkdirSync('.artifacts', { recursive: true });
const path = '.artifacts/workbook-preview.html';
writeFileSync(path, previewPage(JSON.parse(workbook.properties.serializedData), samples));
console.log(path);
