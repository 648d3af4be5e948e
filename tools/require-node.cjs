// Runs before every command, so it must run on any Node: plain CommonJS, with no syntax newer than 2015.
// npm puts node_modules/.bin first in PATH, so the devDependency `node` replaces an older Node of the system.
// Without install scripts that fails silently, so this file reports it.
'use strict';
var version = process.versions.node.split('.').map(Number);
if (version[0] < 22 || (version[0] === 22 && version[1] < 18)) {
  console.error(
    [
      'This project needs Node 22.18 or newer, and is running on Node ' + process.versions.node + '.',
      '',
      'The right one comes with the devDependency "node", through its install script. To fix it:',
      '  - run the command through npm (npm start, npm test), not by a bare "node"; and',
      '  - run "npm ci" again with install scripts allowed: npm ci --ignore-scripts=false',
      '    (npm 12 and newer: they are allowed by "allowScripts" in package.json),',
      '  - or install Node 22 or 24 yourself.',
    ].join('\n'),
  );
  process.exit(1);
}
