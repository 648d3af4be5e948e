import { standInFor } from './secret-settings.ts';

/** A property as `az deployment sub what-if` reports it. */
type Delta = { path: string; propertyChangeType: string; children?: Delta[] };
type Change = { resourceId: string; changeType: string; delta?: Delta[] | null; unsupportedReason?: string | null };
/** The answer of what-if: the part that is read here. */
export type WhatIf = { changes: Change[] };

/** Kinds of changes that mean that nothing would change. `Unsupported`: what-if cannot compare the resource (see `notCompared`). */
const quiet = ['NoChange', 'Ignore', 'Unsupported'];

/** Reads the answer of `az deployment sub what-if --no-pretty-print`. Throws `RangeError` with the reason if it is not a complete one. */
export function readWhatIf(text: string): WhatIf {
  let answer: Partial<WhatIf> & { status?: string; error?: { code?: string; message?: string } | null };
  try {
    answer = JSON.parse(text);
  } catch {
    throw new RangeError('The answer of what-if is not JSON.');
  }
  const { status, error, changes } = answer ?? {};
  if (error || (status !== undefined && status !== 'Succeeded') || !Array.isArray(changes))
    throw new RangeError(
      `What-if did not succeed: ${error?.code ?? status ?? 'no changes'} ${error?.message ?? ''}`.trim(),
    );
  return { changes };
}

/** The resources that what-if cannot compare, one line each. */
export function notCompared({ changes }: WhatIf): string[] {
  return changes
    .filter(({ changeType }) => changeType === 'Unsupported')
    .map(
      ({ resourceId, unsupportedReason }) => `Not compared ${resourceId}: ${unsupportedReason ?? 'no reason given'}`,
    );
}

/** The differences between Azure and the templates, one line each. Properties that have no effect are left out. */
export function changesIn({ changes }: WhatIf): string[] {
  return changes
    .filter(({ changeType }) => !quiet.includes(changeType))
    .flatMap(({ resourceId, changeType, delta }) => {
      const paths = (delta ?? []).flatMap((one) => pathsOf(one, ''));
      if (changeType === 'Modify' && paths.length === 0) return [];
      return [`${changeType} ${resourceId}${paths.length === 0 ? '' : `: ${paths.join(', ')}`}`];
    });
}

function pathsOf({ path, propertyChangeType, children }: Delta, before: string): string[] {
  if (propertyChangeType === 'NoEffect') return [];
  const whole = before === '' ? path : `${before}.${path}`;
  return children && children.length > 0 ? children.flatMap((child) => pathsOf(child, whole)) : [whole];
}

/**
 * Settings as assignments that a shell can read, whatever their values. A reference to the vault is replaced by a value of the right shape:
 * doctor without a customer uses no secret, and a pipeline may not read any.
 */
export function shellLines(settings: readonly { name: string; value: string }[]): string {
  return settings
    .filter(({ name }) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    .map(({ name, value }) => ({ name, value: value.startsWith('@Microsoft.KeyVault(') ? standInFor(name) : value }))
    .map(({ name, value }) => `${name}='${value.replaceAll("'", "'\\''")}'`)
    .join('\n');
}
