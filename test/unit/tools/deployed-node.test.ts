import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { deployedNodeVersion } from '../../../tools/test-deployed/deployed-node.ts';

test('what is measured and held in CI is the line that infra deploys, everywhere', () => {
  // What NODE_VERSION is where nothing is set.
  const read = readFileSync('infra/environments/read-values.bicep', 'utf8');
  const deployed = read.matchAll(/NODE_VERSION == '22' \? '22' : '(\d+)'/g);
  expect(new Set([...deployed].map(([, version]) => version))).toEqual(new Set([deployedNodeVersion.split('.')[0]]));
});
