import { readFileSync } from 'node:fs';

/** The files of the package that a build makes: the program, and the telemetry SDK that it loads later, each with its licence texts. */
export const builtFiles = ['azure-monitor.cjs', 'functions.cjs'].flatMap((bundle) => [bundle, `${bundle}.LEGAL.txt`]);

/** The text of the package's own package.json. `version`: default that of the repository. */
export function packageManifest(version?: string): string {
  const own = JSON.parse(readFileSync('package.json', 'utf8'));
  const { name, engines } = own;
  const manifest = { name, version: version ?? own.version, private: true, main: 'functions.cjs', engines };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}
