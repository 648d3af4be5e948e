// Runs before every command, so it must itself run on any Node: plain CommonJS, no syntax younger than 2015.
// npm puts node_modules/.bin first in PATH, so an older system Node is replaced by the `node` devDependency;
// that fails silently when install scripts were not run, and this says so in words.
'use strict';
var version = process.versions.node.split('.').map(Number);
if (version[0] < 22 || (version[0] === 22 && version[1] < 18)) {
  console.error(
    [
      'This project needs Node 22.18 or newer, and is running on Node ' + process.versions.node + '.',
      '',
      'The right one comes with the devDependency "node", through its install script. To mend it:',
      '  - run the command through npm (npm start, npm test), not by a bare "node"; and',
      '  - run "npm ci" again with install scripts allowed: npm ci --ignore-scripts=false',
      '    (npm 12 and newer: they are allowed by "allowScripts" in package.json),',
      '  - or install Node 22 or 24 yourself.',
    ].join('\n'),
  );
  process.exit(1);
}
