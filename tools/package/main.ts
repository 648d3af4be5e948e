// Makes the deployed package: dist/package has these files and no others. It is a part of `npm run build`, because azd runs that
// command before it zips the folder (azure.yaml).
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { builtFiles, packageManifest } from './contents.ts';

const folder = 'dist/package';

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
copyFileSync('host.json', `${folder}/host.json`);
for (const file of builtFiles) copyFileSync(`dist/${file}`, `${folder}/${file}`);
writeFileSync(`${folder}/package.json`, packageManifest());
