// Builds what a bank's page loads, in web/dist: the element with the client in it, the client alone, the React wrapper, the
// handlers for tests; with source maps and types. Everything is in the file: no import is left but React's in the wrapper, and no
// request goes anywhere for style or font.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build, type Plugin, transform } from 'esbuild';

const folder = import.meta.dirname;

/** A style sheet becomes a string, minified as the rest: esbuild's own `text` loader takes it unchanged. */
const cssText: Plugin = {
  name: 'css-text',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};

/** The wrapper imports the element's own file: one class, whichever is loaded first. */
const elementApart: Plugin = {
  name: 'element-apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\.\/studielan-saldo\.ts$/ }, () => ({ path: './studielan-saldo.js', external: true }));
  },
};

await rm(join(folder, 'dist'), { recursive: true, force: true });
const bundle = (names: string[], plugins: Plugin[]) =>
  build({
    entryPoints: names.map((name) => join(folder, `src/${name}.ts`)),
    outdir: join(folder, 'dist'),
    bundle: true,
    platform: 'browser',
    // Browsers of 2022 and later: private methods, `Array.prototype.at`.
    target: 'es2022',
    format: 'esm',
    minify: true,
    sourcemap: true,
    charset: 'utf8',
    external: ['react'],
    plugins,
    logLevel: 'warning',
  });
await bundle(['studielan-saldo', 'client', 'testing'], [cssText]);
await bundle(['react'], [elementApart]);

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
execFileSync(process.execPath, [tsc, '-p', join(folder, 'tsconfig.types.json')], { stdio: 'inherit' });
const types = join(folder, 'dist/types');
// A consumer's compiler looks for `./x.d.ts` behind `./x.js`, and refuses `./x.ts`.
for (const name of await readdir(types, { recursive: true })) {
  if (!name.endsWith('.d.ts')) continue;
  const text = await readFile(join(types, name), 'utf8');
  await writeFile(join(types, name), text.replace(/(['"]\.{1,2}\/[\w./-]+)\.ts(['"])/g, '$1.js$2'));
}

const integrity = createHash('sha384')
  .update(await readFile(join(folder, 'dist/studielan-saldo.js')))
  .digest('base64');
console.log(`web/dist/studielan-saldo.js: integrity="sha384-${integrity}"`);
