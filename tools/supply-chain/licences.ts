/** A package as package-lock.json tells of it. */
export type LockedPackage = { version?: string; license?: string; dev?: boolean; devOptional?: boolean };

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

/** Production packages whose licence is missing or not allowed; packages for development alone are not deployed. */
export function licenceFaults(packages: Readonly<Record<string, LockedPackage>>): string[] {
  return Object.entries(packages)
    .filter(([path, { dev, devOptional }]) => path.startsWith('node_modules/') && dev !== true && devOptional !== true)
    .filter(([, { license }]) => license === undefined || !isAllowed(license))
    .map(([path, { license }]) => `${path.replace(/^.*node_modules\//, '')}: ${license ?? 'none said'}`);
}
