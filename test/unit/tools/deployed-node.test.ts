import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { deployedNodeVersion } from '../../../tools/test-deployed/deployed-node.ts';

test('the Node version for measurements and tests is the one that every environment deploys', () => {
  // The value of NODE_VERSION if it is not set.
  const read = readFileSync('infra/environments/read-values.bicep', 'utf8');
  const deployed = read.matchAll(/NODE_VERSION == '22' \? '22' : '(\d+)'/g);
  expect(new Set([...deployed].map(([, version]) => version))).toEqual(new Set([deployedNodeVersion.split('.')[0]]));
});
