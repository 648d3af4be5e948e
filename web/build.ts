// Builds what a bank's page loads: web/dist/studielan-saldo.js (the element, with the client in it), web/dist/client.js (the
// client alone) and their types. Everything is in the file: no import is left, no request goes anywhere for style or font.
import { execFileSync } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build, type Plugin, transform } from 'esbuild';

const folder = import.meta.dirname;

/** A style sheet becomes a string, minified as the rest: esbuild's own `text` loader takes it as it stands. */
const cssText: Plugin = {
  name: 'css-text',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};

await rm(join(folder, 'dist'), { recursive: true, force: true });
await build({
  entryPoints: [join(folder, 'src/studielan-saldo.ts'), join(folder, 'src/client.ts')],
  outdir: join(folder, 'dist'),
  bundle: true,
  platform: 'browser',
  // Browsers of 2022 and later: private methods, `Array.prototype.at`.
  target: 'es2022',
  format: 'esm',
  minify: true,
  charset: 'utf8',
  plugins: [cssText],
  logLevel: 'warning',
});

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
execFileSync(process.execPath, [tsc, '-p', join(folder, 'tsconfig.types.json')], { stdio: 'inherit' });
