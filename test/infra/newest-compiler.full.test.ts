// A bank's azd brings the newest compiler. What compiles with the pinned one must compile with the newest too, without a message.
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { bicepEnvironment, newestBicep, newestBicepVersion } from '../../tools/infra/bicep-compiler.ts';
import { exampleEnvironment, exampleTarget } from '../../tools/infra/example-environment.ts';
import { evaluate, infraCopy, noBicep, resourcesOf } from './bicep.ts';
import { rootsOf } from './roots.ts';

const compiler = await newestBicep();
if (compiler === undefined) {
  if (process.env.CI === 'true') throw new Error(`Bicep ${newestBicepVersion} could not be had from NuGet.`);
  console.warn(`Skipped: Bicep ${newestBicepVersion} could not be had from NuGet.`);
}
const { PATH = '', HOME = '' } = process.env;
const run = (args: readonly string[], values: Readonly<Record<string, string>> = {}) =>
  spawnSync(compiler ?? '', args, {
    encoding: 'utf8',
    env: bicepEnvironment({ PATH, HOME, ...exampleEnvironment, ...values }),
  });

test.skipIf(compiler === undefined)(
  'the templates compile with the newest compiler without a message',
  { timeout: 600_000 },
  () => {
    for (const file of rootsOf('infra')) {
      const { status, stderr } = run(['build', file, '--stdout']);
      expect([file, status, stderr]).toEqual([file, 0, '']);
    }
  },
);

test.skipIf(compiler === undefined).each(['dev', 'test', 'prod'])(
  '%s: its snapshot is equal to the checked-in one',
  (name) => {
    const file = `infra/environments/${name}.bicepparam`;
    const { status, stderr } = run(['snapshot', file, '--mode', 'validate', ...exampleTarget]);
    expect([status, stderr]).toEqual([0, '']);
  },
  600_000,
);

const hub = '/subscriptions/00000000-0000-0000-0000-000000000009/resourceGroups/hub/providers';
const options: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'everything that may be made': {
    FRONT_DOOR: 'premium',
    WALL_DASHBOARD: 'true',
    MONTHLY_BUDGET: '5000',
    BUDGET_FROM: '2026-12-01',
    JUMP_HOST_SSH_KEY: 'ssh-ed25519 AAAA example',
    RECOVER_VAULT: 'true',
  },
  'everything of the bank’s own': {
    INTEGRATION_SUBNET_ID: `${hub}/Microsoft.Network/virtualNetworks/hub/subnets/functions`,
    PRIVATE_ENDPOINT_SUBNET_ID: `${hub}/Microsoft.Network/virtualNetworks/hub/subnets/endpoints`,
    LOG_ANALYTICS_WORKSPACE_ID: `${hub}/Microsoft.OperationalInsights/workspaces/hub`,
    SIGN_ROLE_DEFINITION_ID: '/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/signer',
    RESOURCE_GROUP_NAME: 'rg-landing-zone',
    USE_EXISTING_RESOURCE_GROUP: 'true',
    SITE_PRIVATE_ENDPOINT: 'true',
    MASKINPORTEN_KEY_MODE: 'x5c',
    MASKINPORTEN_CERTIFICATE_CHAIN: 'public',
    NODE_VERSION: '22',
  },
};

test.skipIf(compiler === undefined || noBicep !== undefined).each(Object.keys(options))(
  '%s: the same resources as with the pinned compiler',
  async (name) => {
    const values = options[name] ?? {};
    const copy = await infraCopy();
    try {
      const file = `${copy.folder}/infra/environments/prod.bicepparam`;
      const { status, stderr } = run(['snapshot', file, '--mode', 'overwrite', ...exampleTarget], values);
      expect([status, stderr]).toEqual([0, '']);
      const made = resourcesOf(await readFile(file.replace('.bicepparam', '.snapshot.json'), 'utf8'));
      expect(made).toEqual(await evaluate('environments/prod', values));
    } finally {
      await copy.drop();
    }
  },
  600_000,
);
