import { createHash } from 'node:crypto';

/** The form of a release's version: semantic versioning without build metadata. */
export const isVersion = (text: string) =>
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z.-]+)?$/.test(text);

/**
 * The section of CHANGELOG.md for `version`: the one of that number, or else "Unreleased". `undefined` when there is neither, or when
 * it is empty.
 */
export function changelogSection(changelog: string, version: string): string | undefined {
  const sections = changelog.split(/^## /m).slice(1);
  const headed = (word: string) =>
    sections.find((section) => section.split('\n', 1)[0]?.trim().split(/\s/, 1)[0]?.replace(/[[\]]/g, '') === word);
  const section = headed(version) ?? headed('Unreleased');
  const body = section?.slice(section.indexOf('\n') + 1).trim();
  return body === undefined || body === '' ? undefined : `# ${version}\n\n${body}\n`;
}

/** How a bank upgrades to the release: the changelog's part for operators, and the steps of docs/upgrading.md. */
export function upgradeNotes(section: string, upgrading: string, version: string): string {
  const part = (text: string, heading: string) =>
    text
      .split(new RegExp(`^#{2,3} ${heading}\\n`, 'm'))[1]
      ?.split(/^#{2,3} /m)[0]
      ?.trim();
  const operators = part(section, 'Operators') ?? 'Nothing for operators.';
  const steps = part(upgrading, 'Take a release') ?? '';
  return `# Upgrade to ${version}\n\n## What changes for operators\n\n${operators}\n\n## Steps\n\n${steps}\n`;
}

/** Lines that `sha256sum -c` reads. */
export const checksums = (files: readonly { name: string; bytes: Uint8Array | string }[]): string =>
  files.map(({ name, bytes }) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`).join('');

/** The SBOM without its time and serial number, so that it depends only on the release. */
export function reproducible<S extends object>(sbom: S, version: string): S {
  const { serialNumber: _, ...rest } = sbom as S & { serialNumber?: string };
  const metadata = (rest as { metadata?: { component?: object } }).metadata;
  const { timestamp: __, ...kept } = { ...metadata } as { timestamp?: string; component?: object };
  return { ...rest, metadata: { ...kept, component: { ...kept.component, version } } } as unknown as S;
}
