import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect } from 'vitest';
import { quickTest, slowTest } from '../part.ts';
import { compile, evaluate, infraCopy, noBicep, type Resource, resourcesOf, snapshotOf } from './bicep.ts';
import { ofType, one } from './rules/rule.ts';

const version = '0123456789abcdef0123456789abcdef';
const keyIdOf = (resources: readonly Resource[]): string =>
  one(resources, 'Microsoft.Web/sites/config').properties.MASKINPORTEN_KEY_ID;

describe.skipIf(noBicep !== undefined)('options of a bank', { timeout: 180_000 }, () => {
  quickTest('the key version is the one in the parameter, at the first provision and later', async () => {
    for (const FIRST_PROVISION of ['true', 'false']) {
      const keyId = keyIdOf(await evaluate('environments/prod', { FIRST_PROVISION }));
      expect(keyId).toContain(`'${version}'`);
      expect(keyId).not.toContain('keyUriWithVersion');
    }
  });

  slowTest('the current version is used only at the first provision, and only if a setting requests it', async () => {
    const first = await evaluate('environments/prod', {
      MASKINPORTEN_KEY_VERSION: undefined,
      FIRST_PROVISION: 'true',
    });
    expect(keyIdOf(first)).toMatch(/^\[reference\('[^']+\/keys\/maskinporten', '[^']+'\)\.keyUriWithVersion\]$/);
    await expect(evaluate('environments/prod', { MASKINPORTEN_KEY_VERSION: undefined })).rejects.toThrow(
      /MASKINPORTEN_KEY_VERSION is missing/,
    );
    const withCertificate = {
      MASKINPORTEN_KEY_VERSION: undefined,
      FIRST_PROVISION: 'true',
      MASKINPORTEN_KEY_MODE: 'x5c',
      MASKINPORTEN_CERTIFICATE_CHAIN: 'public',
    };
    await expect(evaluate('environments/prod', withCertificate)).rejects.toThrow(/MASKINPORTEN_KEY_VERSION is missing/);
  });

  quickTest("with a virksomhetssertifikat no key is created, and the role is on the certificate's key", async () => {
    const resources = await evaluate('environments/prod', {
      MASKINPORTEN_KEY_MODE: 'x5c',
      MASKINPORTEN_CERTIFICATE_CHAIN: 'public',
      MASKINPORTEN_KEY_NAME: 'virksomhet',
    });
    expect(ofType(resources, 'Microsoft.KeyVault/vaults/keys')).toEqual([]);
    const scopes = ofType(resources, 'Microsoft.Authorization/roleAssignments').map(({ id }) => id);
    expect(scopes.some((id) => id.includes('/keys/virksomhet/'))).toBe(true);
    expect(one(resources, 'Microsoft.Web/sites/config').properties.MASKINPORTEN_KID).toBe('');
    // Nothing is registered, so no registration ends.
    const ending = ofType(resources, 'Microsoft.Insights/scheduledQueryRules').find(({ name }) =>
      name.endsWith('-key-near-expiry'),
    );
    expect(ending?.properties.criteria.allOf[0].query).toContain('let registrationEndsOn = datetime(9999-12-31)');
  });

  slowTest("the bank's own network, workspace, group and role are used, and none is created", async () => {
    const hub = '/subscriptions/00000000-0000-0000-0000-000000000009/resourceGroups/hub/providers';
    const subnet = (name: string) => `${hub}/Microsoft.Network/virtualNetworks/hub/subnets/${name}`;
    const resources = await evaluate('environments/prod', {
      INTEGRATION_SUBNET_ID: subnet('functions'),
      PRIVATE_ENDPOINT_SUBNET_ID: subnet('endpoints'),
      VAULT_DNS_ZONE_ID: `${hub}/Microsoft.Network/privateDnsZones/privatelink.vaultcore.azure.net`,
      SITE_PRIVATE_ENDPOINT: 'true',
      LOG_ANALYTICS_WORKSPACE_ID: `${hub}/Microsoft.OperationalInsights/workspaces/hub`,
      SIGN_ROLE_DEFINITION_ID: '/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/signer',
      RESOURCE_GROUP_NAME: 'rg-landing-zone',
      USE_EXISTING_RESOURCE_GROUP: 'true',
    });
    const made = new Set(resources.map(({ type }) => type));
    for (const type of [
      'Microsoft.Network/virtualNetworks',
      'Microsoft.Network/privateDnsZones',
      'Microsoft.OperationalInsights/workspaces',
      'Microsoft.Authorization/roleDefinitions',
      'Microsoft.Resources/resourceGroups',
    ])
      expect(made.has(type), type).toBe(false);
    const endpoints = ofType(resources, 'Microsoft.Network/privateEndpoints');
    expect(endpoints.map(({ properties }) => properties.subnet.id)).toEqual(Array(5).fill(subnet('endpoints')));
    // If no zone is given, the landing zone's policy keeps the record.
    expect(ofType(resources, 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups')).toHaveLength(1);
    const site = one(resources, 'Microsoft.Web/sites').properties;
    expect(site).toMatchObject({ virtualNetworkSubnetId: subnet('functions'), publicNetworkAccess: 'Disabled' });
    expect(resources.every(({ id }) => id.includes('/resourceGroups/rg-landing-zone/'))).toBe(true);
  });

  slowTest('only the given addresses may call and deploy; all others are denied', async () => {
    const resources = await evaluate('environments/dev', {
      ALLOWED_IP_RANGES: '192.0.2.0/24,198.51.100.7/32',
      ALLOWED_DEPLOY_IP_RANGES: '203.0.113.0/24',
    });
    const { siteConfig } = one(resources, 'Microsoft.Web/sites').properties;
    expect(siteConfig).toMatchObject({
      ipSecurityRestrictionsDefaultAction: 'Deny',
      scmIpSecurityRestrictionsDefaultAction: 'Deny',
      scmIpSecurityRestrictionsUseMain: false,
    });
    expect(siteConfig.ipSecurityRestrictions.map((rule: { ipAddress: string }) => rule.ipAddress)).toEqual([
      '192.0.2.0/24',
      '198.51.100.7/32',
    ]);
  });

  quickTest('CORS for everyone is refused', async () => {
    await expect(evaluate('environments/dev', { CORS_ALLOWED_ORIGINS: '*' })).rejects.toThrow(/never \*/);
  });

  slowTest('a key without an end, or with an end that is not a date, is refused with a message', async () => {
    for (const MASKINPORTEN_KEY_EXPIRES_ON of [undefined, 'soon', '2027-02-30', '2027-13-01', '01.11.2027'])
      await expect(evaluate('environments/dev', { MASKINPORTEN_KEY_EXPIRES_ON })).rejects.toThrow(
        /MASKINPORTEN_KEY_EXPIRES_ON (is missing|must be a day)/,
      );
  });

  slowTest('production without action groups is refused, unless a setting confirms it', async () => {
    await expect(evaluate('environments/prod', { ACTION_GROUP_IDS: '' })).rejects.toThrow(/ALERTS_TELL_NOBODY=true/);
    await evaluate('environments/prod', { ACTION_GROUP_IDS: '', ALERTS_TELL_NOBODY: 'true' });
    await evaluate('environments/test', { ACTION_GROUP_IDS: '' });
  });

  quickTest("only Front Door is allowed in, by the service's addresses and the profile's own header", async () => {
    const FRONT_DOOR_ID = '00000000-0000-0000-0000-00000000000f';
    const { siteConfig } = one(
      await evaluate('environments/prod', { FRONT_DOOR_ID, PUBLIC_BASE_URL: 'https://saldo.bank.example' }),
      'Microsoft.Web/sites',
    ).properties;
    expect(siteConfig.ipSecurityRestrictionsDefaultAction).toBe('Deny');
    expect(siteConfig.ipSecurityRestrictions).toEqual([
      {
        name: 'front-door',
        action: 'Allow',
        tag: 'ServiceTag',
        ipAddress: 'AzureFrontDoor.Backend',
        priority: 50,
        headers: { 'x-azure-fdid': [FRONT_DOOR_ID] },
      },
    ]);
  });

  quickTest(
    'a Front Door that the templates create has the firewall on every call, nothing personal in its logs, and the app only behind it',
    async () => {
      const resources = await evaluate('environments/prod', { FRONT_DOOR: 'premium', PUBLIC_BASE_URL: undefined });
      const network = 'Microsoft.Network/FrontDoorWebApplicationFirewallPolicies';
      const policy = one(resources, network).properties;
      expect(policy.policySettings).toMatchObject({ enabledState: 'Enabled', mode: 'Prevention' });
      const [limit] = policy.customRules.rules;
      expect(limit).toMatchObject({ ruleType: 'RateLimitRule', action: 'Block', rateLimitThreshold: 300 });
      expect(limit.matchConditions[0].operator).toBe('Any');
      expect(policy.managedRules.managedRuleSets.map((set: { ruleSetType: string }) => set.ruleSetType)).toEqual([
        'Microsoft_DefaultRuleSet',
        'Microsoft_BotManagerRuleSet',
      ]);
      const profile = one(resources, 'Microsoft.Cdn/profiles');
      // The callback's state is in the query, and an address is personal data.
      for (const { logScrubbing } of [policy.policySettings, profile.properties]) {
        expect(logScrubbing.state).toBe('Enabled');
        expect(logScrubbing.scrubbingRules.map((rule: { matchVariable: string }) => rule.matchVariable)).toEqual([
          'QueryStringArgNames',
          'RequestIPAddress',
        ]);
      }
      const route = one(resources, 'Microsoft.Cdn/profiles/afdEndpoints/routes').properties;
      expect(route.cacheConfiguration).toBeUndefined();
      expect(route).toMatchObject({ forwardingProtocol: 'HttpsOnly', supportedProtocols: ['Https'] });
      const { associations } = one(resources, 'Microsoft.Cdn/profiles/securityPolicies').properties.parameters;
      expect(associations).toMatchObject([{ patternsToMatch: ['/*'] }]);
      const { siteConfig } = one(resources, 'Microsoft.Web/sites').properties;
      expect(siteConfig.ipSecurityRestrictionsDefaultAction).toBe('Deny');
      expect(siteConfig.ipSecurityRestrictions).toHaveLength(1);
      expect(JSON.stringify(siteConfig.ipSecurityRestrictions)).toContain('frontDoorId');
      // Browsers and the web test use the address that Front Door creates.
      const settings = one(resources, 'Microsoft.Web/sites/config').properties;
      expect(settings.PUBLIC_BASE_URL).toContain('hostName');
      expect(JSON.stringify(one(resources, 'Microsoft.Insights/webtests').properties)).toContain('hostName');
    },
  );

  slowTest('the standard Front Door has only the rate limit; a domain of the bank gets the firewall too', async () => {
    const resources = await evaluate('environments/test', {
      FRONT_DOOR: 'Standard',
      PUBLIC_BASE_URL: 'https://saldo.bank.example',
      ALLOWED_IP_RANGES: '192.0.2.0/24',
      EXTRA_TAGS: '{"azd-env-name":"another","owner":"payments"}',
    });
    // Front Door is open to everyone, so the web test reaches it although only some addresses may call the app itself.
    expect(one(resources, 'Microsoft.Insights/webtests').properties.Request.RequestUrl).toBe(
      'https://saldo.bank.example/api/health/ready',
    );
    expect(one(resources, 'Microsoft.Web/sites').tags).toMatchObject({ 'azd-env-name': 'example', owner: 'payments' });
    const policy = one(resources, 'Microsoft.Network/FrontDoorWebApplicationFirewallPolicies').properties;
    expect([policy.managedRules.managedRuleSets, policy.customRules.rules.length]).toEqual([[], 1]);
    expect(one(resources, 'Microsoft.Cdn/profiles/customDomains').properties.hostName).toBe('saldo.bank.example');
    const { associations } = one(resources, 'Microsoft.Cdn/profiles/securityPolicies').properties.parameters;
    expect(associations[0].domains).toHaveLength(2);
    expect(one(resources, 'Microsoft.Cdn/profiles/afdEndpoints/routes').properties.customDomains).toHaveLength(1);
    const settings = one(resources, 'Microsoft.Web/sites/config').properties;
    expect(settings.PUBLIC_BASE_URL).toBe('https://saldo.bank.example');
  });

  slowTest(
    'two Front Doors, one without an address, or one before an app without a public address: refused',
    async () => {
      const id = '00000000-0000-0000-0000-00000000000f';
      for (const values of [
        { FRONT_DOOR: 'standard', FRONT_DOOR_ID: id, PUBLIC_BASE_URL: 'https://saldo.bank.example' },
        { FRONT_DOOR: 'standard', SITE_PRIVATE_ENDPOINT: 'true' },
        { FRONT_DOOR_ID: id, PUBLIC_BASE_URL: '' },
        { FRONT_DOOR: 'basic' },
      ])
        await expect(evaluate('environments/prod', values), JSON.stringify(values)).rejects.toThrow(/FRONT_DOOR/);
    },
  );

  slowTest('a vault that was deleted with an earlier environment is recovered if RECOVER_VAULT is set', async () => {
    const vault = one(await evaluate('environments/dev', { RECOVER_VAULT: 'true' }), 'Microsoft.KeyVault/vaults');
    expect(vault.properties.createMode).toBe('recover');
  });

  slowTest('NODE_VERSION selects Node 22', async () => {
    const runtimeOf = async (NODE_VERSION: string | undefined) =>
      one(await evaluate('environments/dev', { NODE_VERSION }), 'Microsoft.Web/sites').properties.functionAppConfig
        .runtime;
    expect(await runtimeOf('22')).toEqual({ name: 'node', version: '22' });
    expect(await runtimeOf(undefined)).toEqual({ name: 'node', version: '24' });
  });

  slowTest('a budget is created if one is given', async () => {
    const type = 'Microsoft.Consumption/budgets';
    expect(ofType(await evaluate('environments/prod'), type)).toEqual([]);
    const made = one(
      await evaluate('environments/prod', { MONTHLY_BUDGET: '5000', BUDGET_FROM: '2026-12-01' }),
      type,
    ).properties;
    expect(made).toMatchObject({ amount: 5000, timePeriod: { startDate: '2026-12-01' } });
    expect(Object.values(made.notifications as Record<string, { contactGroups: string[] }>)).toHaveLength(3);
    for (const { contactGroups } of Object.values(made.notifications as Record<string, { contactGroups: string[] }>))
      expect(contactGroups).toHaveLength(1);
  });

  slowTest('a number outside its bounds, or a name that is no setting, does not compile', async () => {
    const wrong = (line: string) =>
      `using '../main.bicep'\nextends '../main.bicepparam'\nimport { profiles } from 'profiles.bicep'\n${line}\n`;
    const copy = await infraCopy();
    try {
      const build = async (setting: string): Promise<string> => {
        const line = `param profile = { ...profiles.dev, settings: { ...profiles.dev.settings, ${setting} } }`;
        const file = `${copy.folder}/infra/environments/wrong-${setting.split(':')[0]}${setting.at(-1)}.bicepparam`;
        await writeFile(file, wrong(line));
        return (await compile(file)).diagnostics.map(({ code, message }) => `${code} ${message}`).join();
      };
      expect(await build('ALTINN_TOTAL_TIMEOUT_MS: 4000')).toBe('');
      expect(await build('ALTINN_TOTAL_TIMEOUT_MS: 1')).toMatch(/BCP32\d/);
      expect(await build('ALTINN_TOTLA_TIMEOUT_MS: 4000')).toMatch(/ALTINN_TOTLA_TIMEOUT_MS/);
    } finally {
      await copy.drop();
    }
  });

  slowTest('the rolling update is sent only if it is chosen', async () => {
    const copy = await infraCopy();
    try {
      const file = `${copy.folder}/infra/environments/profiles.bicep`;
      await writeFile(file, (await readFile(file, 'utf8')).replaceAll('rollingUpdate: false', 'rollingUpdate: true'));
      const resources = resourcesOf(await snapshotOf(`${copy.folder}/infra/environments/dev.bicepparam`));
      const rolled = one(resources, 'Microsoft.Web/sites').properties.functionAppConfig;
      expect(rolled.siteUpdateStrategy).toEqual({ type: 'RollingUpdate' });
      const plain = one(await evaluate('environments/dev'), 'Microsoft.Web/sites').properties.functionAppConfig;
      expect(plain.siteUpdateStrategy).toBeUndefined();
    } finally {
      await copy.drop();
    }
  });
});
