// For the pipelines (infra/pipelines): the differences from the checked-in templates, and the app's settings for doctor.
//   node tools/drift/main.ts --what-if what-if.json     exit code 1 if something was changed by hand, 2 if what-if failed
//   node tools/drift/main.ts --settings settings.json   the settings as a file that a shell reads, with placeholders for secrets
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { changesIn, notCompared, readWhatIf, shellLines } from '../infra/drift.ts';

const { values } = parseArgs({ options: { 'what-if': { type: 'string' }, settings: { type: 'string' } } });
if (values.settings !== undefined) console.log(shellLines(JSON.parse(readFileSync(values.settings, 'utf8'))));
else if (values['what-if'] !== undefined) {
  try {
    const answer = readWhatIf(readFileSync(values['what-if'], 'utf8'));
    const changes = changesIn(answer);
    for (const line of [...changes, ...notCompared(answer)]) console.log(line);
    console.log(
      changes.length === 0
        ? 'No drift in what was compared.'
        : `${changes.length} differences: azd provision --no-state, or check the change in.`,
    );
    process.exitCode = changes.length === 0 ? 0 : 1;
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 2;
  }
} else {
  console.error('--what-if <file> or --settings <file>');
  process.exitCode = 2;
}
