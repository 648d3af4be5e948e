import { standInFor } from './secret-settings.ts';

/** A property as `az deployment sub what-if` reports it. */
type Delta = { path: string; propertyChangeType: string; children?: Delta[] };
/** The answer of what-if: the part that is read here. */
export type WhatIf = { changes: { resourceId: string; changeType: string; delta?: Delta[] | null }[] };

/** Kinds of changes that mean that nothing would change, or that what-if cannot know it. */
const quiet = ['NoChange', 'Ignore', 'Unsupported'];

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
