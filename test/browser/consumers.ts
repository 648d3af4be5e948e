// The set-up of a bank: the packed package and the frameworks of its choice, installed in a folder of their own, and pages made from the
// examples in docs/front-end.md.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/** The folder of the installation. */
export const consumerFolder = resolve('.artifacts/consumers');
const source = resolve('test/consumers');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const run = (args: string[], cwd: string) => execFileSync(npm, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });

/**
 * Installs the frameworks (a minute at most; not again while the lockfile is the same), and the package as `npm pack` makes it from the
 * build. `false`, with a message on the console, if no registry can be reached; with `CI=true` an error.
 */
export function installConsumers(): boolean {
  const lock = readFileSync(join(source, 'package-lock.json'), 'utf8');
  const installed = join(consumerFolder, 'installed.txt');
  if (!existsSync(installed) || readFileSync(installed, 'utf8') !== lock) {
    mkdirSync(consumerFolder, { recursive: true });
    for (const name of ['package.json', 'package-lock.json', '.npmrc'])
      cpSync(join(source, name), join(consumerFolder, name));
    try {
      run(['ci', '--no-audit', '--no-fund', '--ignore-scripts'], consumerFolder);
    } catch (error) {
      if (process.env.CI === 'true') throw error;
      console.warn('The frameworks cannot be installed (no registry?): the tests of the package in them are skipped.');
      return false;
    }
    writeFileSync(installed, lock);
  }
  const packed = join(consumerFolder, 'packed');
  rmSync(packed, { recursive: true, force: true });
  mkdirSync(packed, { recursive: true });
  run(['pack', '--ignore-scripts', '--pack-destination', packed, '--workspace', 'web'], resolve('.'));
  const target = join(consumerFolder, 'node_modules/@saldo-studielan/web');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const [archive = ''] = execFileSync('ls', [packed], { encoding: 'utf8' }).split('\n');
  execFileSync('tar', ['-xzf', join(packed, archive), '--strip-components=1', '-C', target]);
  return true;
}

/** The fenced block of docs/front-end.md with this language and name. */
export function exampleOf(language: string, name: string): string {
  const text = readFileSync('docs/front-end.md', 'utf8');
  const [, body] = new RegExp(`^\`\`\`${language} ${name}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(text) ?? [];
  if (body === undefined) throw new Error(`docs/front-end.md has no block "${language} ${name}".`);
  return body;
}

/** Writes a file of a consumer's project. Returns its path. */
export function consumerFile(name: string, text: string): string {
  const path = join(consumerFolder, 'src', name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

type Compiler = { compile(text: string, path: string): string };

/** Vue's and Svelte's own compilers as plugins of the bundler. */
export async function compilerPlugin(ending: 'vue' | 'svelte'): Promise<Plugin> {
  const { compile } = ending === 'vue' ? await vueCompiler() : await svelteCompiler();
  return {
    name: ending,
    setup: ({ onLoad }) => {
      onLoad({ filter: new RegExp(`\\.${ending}$`) }, ({ path }) => ({
        contents: compile(readFileSync(path, 'utf8'), path),
        loader: 'js',
      }));
    },
  };
}

// Imported from the consumer's own installation, which this project's compiler does not know.
const load = (name: string) => import(createRequire(join(consumerFolder, 'package.json')).resolve(name));

async function vueCompiler(): Promise<Compiler> {
  const { parse, compileScript } = await load('vue/compiler-sfc');
  return {
    compile: (text, path) =>
      compileScript(parse(text, { filename: path }).descriptor, {
        id: 'page',
        inlineTemplate: true,
        templateOptions: { compilerOptions: { isCustomElement: (tag: string) => tag === 'studielan-saldo' } },
      }).content,
  };
}

async function svelteCompiler(): Promise<Compiler> {
  const { compile } = await load('svelte/compiler');
  return { compile: (text, path) => compile(text, { filename: path, generate: 'client' }).js.code };
}

/** A page's script, bundled from the consumer's own files. */
export async function bundled(entry: string, options: BuildOptions = {}): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: consumerFolder,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['browser'],
    jsx: 'automatic',
    define: {
      'process.env.NODE_ENV': '"development"',
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
      ngDevMode: 'true',
    },
    logLevel: 'error',
    ...options,
  });
  return outputFiles?.[0]?.text ?? '';
}
