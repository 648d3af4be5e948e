// Makes the deployed package: dist/package has these files and no others, and banks.json if there is one here. It is a part of `npm run
// build`, because azd runs that command before it zips the folder (azure.yaml).
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { banksFile } from '../../shared/bank/given-banks.ts';
import { builtFiles, packageManifest } from './contents.ts';

const folder = 'dist/package';

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
copyFileSync('host.json', `${folder}/host.json`);
for (const file of builtFiles) copyFileSync(`dist/${file}`, `${folder}/${file}`);
if (existsSync(banksFile)) copyFileSync(banksFile, `${folder}/${banksFile}`);
writeFileSync(`${folder}/package.json`, packageManifest());
