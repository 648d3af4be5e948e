// For the pipelines (infra/pipelines): the differences from the checked-in templates, and the app's settings for doctor.
//   node tools/drift/main.ts --what-if what-if.json     exit code 1 if something was changed by hand
//   node tools/drift/main.ts --settings settings.json   the settings as a file that a shell reads, with placeholders for secrets
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { changesIn, shellLines } from '../infra/drift.ts';

const { values } = parseArgs({ options: { 'what-if': { type: 'string' }, settings: { type: 'string' } } });
if (values.settings !== undefined) console.log(shellLines(JSON.parse(readFileSync(values.settings, 'utf8'))));
else if (values['what-if'] !== undefined) {
  const changes = changesIn(JSON.parse(readFileSync(values['what-if'], 'utf8')));
  for (const change of changes) console.log(change);
  console.log(
    changes.length === 0
      ? 'No drift.'
      : `${changes.length} differences: azd provision --no-state, or check the change in.`,
  );
  process.exitCode = changes.length === 0 ? 0 : 1;
} else {
  console.error('--what-if <file> or --settings <file>');
  process.exitCode = 2;
}
