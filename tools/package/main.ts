// Lays out what is deployed: dist/package holds these files and nothing else. Part of `npm run build`, because that is what
// azd runs before it zips the folder (azure.yaml).
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { builtFiles, packageManifest } from './contents.ts';

const folder = 'dist/package';

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
copyFileSync('host.json', `${folder}/host.json`);
for (const file of builtFiles) copyFileSync(`dist/${file}`, `${folder}/${file}`);
writeFileSync(`${folder}/package.json`, packageManifest());
