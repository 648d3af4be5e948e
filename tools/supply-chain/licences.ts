/** A package as package-lock.json describes it. */
export type LockedPackage = {
  version?: string;
  license?: string;
  dev?: boolean;
  devOptional?: boolean;
  /** A workspace of our own. */
  link?: boolean;
};

/** Licences (SPDX) that may be deployed: permissive ones. */
export const allowedLicences: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'Unlicense',
];

/** Does an SPDX expression leave a choice that is allowed? `A OR B`: one suffices; `A AND B`: both. */
export function isAllowed(expression: string): boolean {
  const bare = expression.replace(/^\((.*)\)$/, '$1');
  return bare
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((licence) => allowedLicences.includes(licence.trim())));
}

/**
 * Paths in the lock file of what is deployed: the production packages, and what the bundler found besides (a package for
 * development that a production one loads if it is there, as `debug` does with `supports-color`).
 */
export function deployedPaths(
  packages: Readonly<Record<string, LockedPackage>>,
  bundledPaths: readonly string[],
): string[] {
  const production = Object.entries(packages)
    .filter(([path, { link }]) => path.startsWith('node_modules/') && link !== true)
    .filter(([, { dev, devOptional }]) => dev !== true && devOptional !== true)
    .map(([path]) => path);
  return [...new Set([...production, ...bundledPaths])];
}

/** Deployed packages whose licence is missing or not allowed. */
export function licenceFaults(
  packages: Readonly<Record<string, LockedPackage>>,
  bundledPaths: readonly string[] = [],
): string[] {
  return deployedPaths(packages, bundledPaths)
    .map((path) => ({ path, license: packages[path]?.license }))
    .filter(({ license }) => license === undefined || !isAllowed(license))
    .map(({ path, license }) => `${path.replace(/^.*node_modules\//, '')}: ${license ?? 'none said'}`);
}
