// `npm run azd-hook -- preprovision|postprovision|predown`: the hooks of azd (azure.yaml). Each may run any number of times; a second run
// changes nothing.
import { postprovision } from './postprovision.ts';
import { predown } from './predown.ts';
import { preprovision } from './preprovision.ts';
import { Refusal, systemShell } from './shell.ts';

const hooks = { preprovision, postprovision, predown };
const name = process.argv[2] ?? '';
try {
  const hook = hooks[name as keyof typeof hooks];
  if (hook === undefined) throw new Refusal(`There is no hook "${name}" (known: ${Object.keys(hooks).join(', ')}).`);
  await hook(systemShell(process.env));
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
