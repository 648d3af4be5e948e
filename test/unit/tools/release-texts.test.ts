import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { zipOf } from '../../../tools/release/build-package.ts';
import { changelogSection, checksums, isVersion, reproducible, upgradeNotes } from '../../../tools/release/texts.ts';

const changelog =
  '# Changelog\n\n## Unreleased (0.3.0)\n\n- new\n\n## 0.2.0\n\n### Operators\n\n- a knob\n\n### Callers\n\n- x\n\n## 0.1.0\n';

test('the notes of a release are the section of its version, or of what is unreleased, or nothing', () => {
  expect(changelogSection(changelog, '0.2.0')).toBe('# 0.2.0\n\n### Operators\n\n- a knob\n\n### Callers\n\n- x\n');
  expect(changelogSection(changelog, '0.3.0')).toBe('# 0.3.0\n\n- new\n');
  expect(changelogSection(changelog, '0.1.0')).toBeUndefined();
  expect(changelogSection('# Changelog\n', '0.2.0')).toBeUndefined();
});

test('the upgrade notes have the changes for operators, and the steps', () => {
  const notes = upgradeNotes(changelogSection(changelog, '0.2.0') ?? '', '## Take a release\n\n1. Check.\n', '0.2.0');
  expect(notes).toContain('- a knob');
  expect(notes).not.toContain('- x');
  expect(notes).toContain('1. Check.');
});

test.each(['0.2.0', '1.0.0-rc.1'])('%s is a version', (text) => expect(isVersion(text)).toBe(true));
test.each(['v0.2.0', '0.2', '01.0.0', '../x', '0.2.0 '])('%s is not a version', (text) =>
  expect(isVersion(text)).toBe(false),
);

test('a ZIP does not depend on the time zone, and contains what was put in', () => {
  const files = [{ name: 'a', bytes: new TextEncoder().encode('text') }];
  const zone = process.env.TZ;
  const made = ['UTC', 'Europe/Oslo', 'America/Los_Angeles'].map((tz) => {
    process.env.TZ = tz;
    return Buffer.from(zipOf(files)).toString('base64');
  });
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
  expect(new Set(made).size).toBe(1);
  expect(new TextDecoder().decode(unzipSync(Buffer.from(made[0] ?? '', 'base64')).a)).toBe('text');
});

test("an SBOM loses its time and serial number, and gets the release's version", () => {
  const sbom = {
    serialNumber: 'urn:1',
    version: 1,
    metadata: { timestamp: 'now', component: { name: 'a', version: '0' } },
  };
  expect(reproducible(sbom, '0.2.0')).toEqual({ version: 1, metadata: { component: { name: 'a', version: '0.2.0' } } });
});

test('checksums are written as sha256sum writes them', () => {
  // Checked with `printf abc | sha256sum`.
  expect(checksums([{ name: 'f', bytes: 'abc' }])).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  f\n',
  );
});
