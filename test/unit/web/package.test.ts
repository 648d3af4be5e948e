// The package that a bank gets: the built files. `npm test` builds them first.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';

const web = new URL('../../../web/', import.meta.url);
const root = fileURLToPath(new URL('../', web));
const read = (path: string) => readFileSync(new URL(path, web), 'utf8');
const element = read('dist/studielan-saldo.js');
const client = read('dist/client.js');

describe('@saldo-studielan/web', () => {
  test('has the element with everything it needs in under 20 kB gzipped, and the client in under 3', () => {
    expect(gzipSync(element, { level: 9 }).length).toBeLessThan(20_000);
    expect(gzipSync(client, { level: 9 }).length).toBeLessThan(3000);
  });

  test("imports nothing, stores nothing, makes no markup from text, and has no address except Lånekassen's", () => {
    for (const file of [element, client]) {
      expect(file).not.toMatch(/\bimport\s*(?:\(|["'{*])|\bfrom\s*["']|\brequire\(/);
      expect(file).not.toMatch(
        /localStorage|sessionStorage|indexedDB|document\.cookie|\bcaches\b|sendBeacon|serviceWorker/,
      );
      expect(file).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/);
      const addresses = [...file.matchAll(/(?:https?:)?\/\/[a-z0-9.-]+\.[a-z]{2,}/gi)].map(([address]) => address);
      expect(
        addresses.filter((address) => !['https://www.lanekassen.no', 'http://www.w3.org'].includes(address)),
      ).toEqual([]);
      expect(file).not.toMatch(/@import|url\(/);
    }
  });

  test('contains the built files, their types and nothing else', () => {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const packed = execFileSync(npm, ['pack', '--dry-run', '--json', '--ignore-scripts', '--workspace', 'web'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [, list = ''] = /"files":\s*(\[[\s\S]*?\])/.exec(packed) ?? [];
    const files = (JSON.parse(list) as { path: string }[]).map(({ path }) => path);
    expect(files).toContain('dist/studielan-saldo.js');
    expect(files).toContain('dist/client.js');
    expect(files).toContain('dist/types/studielan-saldo.d.ts');
    const expected =
      /^(?:(?:package\.json|README\.md|CHANGELOG\.md|LICENSE)|dist\/(?:[\w-]+\.js(?:\.map)?|types\/[\w/-]+\.d\.ts))$/;
    expect(files.filter((path) => !expected.test(path))).toEqual([]);
    for (const path of [
      'README.md',
      'CHANGELOG.md',
      'LICENSE',
      'dist/react.js',
      'dist/testing.js',
      'dist/client.js.map',
    ])
      expect(files).toContain(path);
  });

  test('has no dependency, and imports nothing of the service', () => {
    const manifest = JSON.parse(read('package.json'));
    expect(manifest.private).toBeUndefined();
    expect(manifest.dependencies ?? {}).toEqual({});
    // Only the React wrapper imports React, so no bank must install it.
    expect(manifest.peerDependenciesMeta).toEqual({ react: { optional: true } });
    for (const entry of Object.values(manifest.exports) as (string | { types: string; default: string })[])
      for (const path of typeof entry === 'string' ? [entry] : [entry.types, entry.default])
        expect(readFileSync(new URL(path, web), 'utf8')).not.toBe('');
    const sources = readdirSync(new URL('src/', web), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    expect(sources.length).toBeGreaterThan(15);
    for (const name of sources)
      for (const [, target = ''] of read(`src/${name}`).matchAll(/from '([^']+)'/g))
        if (name !== 'react.ts' || target !== 'react')
          expect([name, target]).toEqual([name, expect.stringMatching(/^\.{1,2}\/[\w./-]+\.(?:ts|css)$/)]);
  });

  test('has a source map for every file, and no path of the machine that built it', () => {
    for (const name of ['studielan-saldo', 'client', 'react', 'testing']) {
      expect(read(`dist/${name}.js`)).toContain(`//# sourceMappingURL=${name}.js.map`);
      const { sources } = JSON.parse(read(`dist/${name}.js.map`)) as { sources: string[] };
      for (const source of sources) expect(source).toMatch(/^\.\.\/src\/[\w/.-]+$/);
    }
  });

  test('does nothing when imported without a browser', async () => {
    const built = await import(new URL('dist/studielan-saldo.js', web).href);
    expect(built.createStudielanClient).toBeTypeOf('function');
    expect(globalThis).not.toHaveProperty('customElements');
  });

  test('uses only fallback tokens that Designsystemet has', () => {
    const theme = readFileSync(
      new URL('../node_modules/@digdir/designsystemet-theme/src/themes/designsystemet.css', web),
      'utf8',
    );
    const used = new Set(read('src/card.css').match(/--ds-[\w-]+/g));
    expect(used.size).toBeGreaterThan(10);
    for (const token of used) expect([token, theme.includes(`${token}:`)]).toEqual([token, true]);
  });
});
