import { findPowerShell } from '../../tools/infra/powershell.ts';
import type { HookShell } from './fake-tools.ts';

const found = await findPowerShell();
if ('missing' in found) {
  if (process.env.CI === 'true') throw new Error(found.missing);
  console.warn(`Skipped, the hooks for Windows are not run: ${found.missing}`);
}

/** The shells of azd's hooks, as far as this machine has them; with CI=true both or none. */
export const hookShells: readonly HookShell[] = [
  { name: 'sh', extension: 'sh', program: 'sh', args: [] },
  ...('missing' in found ? [] : [{ name: 'pwsh', extension: 'ps1', ...found } as const]),
];
