// Lays out what is deployed: dist/package holds these files and nothing else. Part of `npm run build`, because that is what
// azd runs before it zips the folder (azure.yaml).
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const folder = 'dist/package';
const { name, version, engines } = JSON.parse(readFileSync('package.json', 'utf8'));

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
copyFileSync('host.json', `${folder}/host.json`);
// The program, and the telemetry SDK that it loads later; each with the licence texts of what is bundled.
for (const bundle of ['functions.cjs', 'azure-monitor.cjs'])
  for (const file of [bundle, `${bundle}.LEGAL.txt`]) copyFileSync(`dist/${file}`, `${folder}/${file}`);
const manifest = { name, version, private: true, main: 'functions.cjs', engines };
writeFileSync(`${folder}/package.json`, `${JSON.stringify(manifest, undefined, 2)}\n`);
