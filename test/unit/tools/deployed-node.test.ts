import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { deployedNodeVersion } from '../../../tools/deployed-node.ts';

test('what is measured and held in CI is the line that infra deploys, everywhere', () => {
  const deployed = readFileSync('infra/environments/profiles.bicep', 'utf8').matchAll(/nodeVersion: '(\d+)'/g);
  expect(new Set([...deployed].map(([, version]) => version))).toEqual(new Set([deployedNodeVersion.split('.')[0]]));
});
