import { deployedPaths, type LockedPackage } from './licences.ts';

/** The part of a CycloneDX document that is filtered here. */
export type Sbom = {
  components: { 'bom-ref': string; name: string; version: string; properties?: { name: string; value: string }[] }[];
  dependencies: { ref: string; dependsOn?: string[] }[];
};

/**
 * Leaves only what is deployed. `npm sbom --omit dev` also drops production packages that a development package needs as
 * well (seen with npm 11.19: 13 were left of more than 60), so npm lists all, and the lock file says which are for development alone.
 */
export function productionSbom<Document extends Sbom>(
  all: Document,
  locked: Readonly<Record<string, LockedPackage>>,
  bundledPaths: readonly string[],
): Document {
  const deployed = new Set(
    deployedPaths(locked, bundledPaths).map(
      (path) => `${path.replace(/^.*node_modules\//, '')}@${locked[path]?.version}`,
    ),
  );
  const components = all.components.filter(({ name, version }) => deployed.has(`${name}@${version}`));
  const kept = new Set(components.map((component) => component['bom-ref']));
  const own = (ref: string) => kept.has(ref) || !all.components.some((component) => component['bom-ref'] === ref);
  const dependencies = all.dependencies
    .filter(({ ref }) => own(ref))
    .map(({ dependsOn, ...rest }) =>
      dependsOn ? { ...rest, dependsOn: dependsOn.filter((ref) => kept.has(ref)) } : rest,
    );
  return { ...all, components, dependencies };
}
