// What one bank among several may have of its own: origins of its pages, action groups, a limit.
import { describe, expect } from 'vitest';
import { banksSchema } from '../../shared/bank/bank-schema.ts';
import { exampleEnvironment } from '../../tools/infra/example-environment.ts';
import { quickTest, slowTest } from '../part.ts';
import { evaluate, noBicep } from './bicep.ts';
import { ofType, one } from './rules/rule.ts';

const group = '/subscriptions/1/resourceGroups/small-bank/providers/Microsoft.Insights/actionGroups/on-call';
const [first] = JSON.parse(exampleEnvironment.BANKS ?? '') as Record<string, unknown>[];
const banksWith = (own: object) =>
  JSON.stringify([first, { ...first, organisationNumber: '960885406', isSupplierCustomer: true, ...own }]);
const own = {
  limits: { lanekassenMaxConcurrency: 3 },
  deployment: {
    corsAllowedOrigins: ['https://small.example', 'https://nettbank.example'],
    actionGroupIds: [group],
  },
};

const pipeline = '00000000-0000-0000-0000-0000000000bb';

describe.skipIf(noBicep !== undefined)('what one bank among several has of its own', { timeout: 180_000 }, () => {
  // One compilation for all, because compiling is slow.
  quickTest('its origins are allowed, and its action groups get the alerts that name the bank', async () => {
    const KNOWN_SIGNER_IDS = `00000000-0000-0000-0000-0000000000AA, ${pipeline}`;
    const resources = await evaluate('environments/prod', { BANKS: banksWith(own), KNOWN_SIGNER_IDS });
    // Beside the others, once each.
    expect(one(resources, 'Microsoft.Web/sites').properties.siteConfig.cors.allowedOrigins).toEqual([
      'https://nettbank.example',
      'https://small.example',
    ]);
    // The app reads the bank's entry.
    const setting = one(resources, 'Microsoft.Web/sites/config').properties.BANKS;
    expect(banksSchema.parse(JSON.parse(setting))[1]).toMatchObject(own);

    const { name, properties } = one(resources, 'Microsoft.AlertsManagement/actionRules');
    expect(properties.actions).toEqual([{ actionType: 'AddActionGroups', actionGroupIds: [group] }]);
    expect(properties.enabled).toBe(true);
    const [ofRules, ofBank] = properties.conditions;
    expect(ofBank).toEqual({ field: 'AlertContext', operator: 'Contains', values: ['960885406'] });
    expect(name).toBe(`${ofRules.values[0]}notices-960885406`);
    const rules = ofType(resources, 'Microsoft.Insights/scheduledQueryRules');
    for (const rule of rules) {
      expect(rule.name.startsWith(ofRules.values[0]), rule.name).toBe(true);
      expect(rule.properties.scopes).toEqual(properties.scopes);
      // If the query named the bank, every alert of the rule would be about the bank.
      expect(JSON.stringify(rule.properties)).not.toContain('960885406');
    }
    const named = rules.filter(({ properties: { criteria } }) =>
      criteria.allOf[0].dimensions?.some(({ name: column }: { name: string }) => column === 'bank'),
    );
    expect(named.length).toBeGreaterThan(30);

    // The alert about unknown callers knows who is allowed to sign.
    const naming = rules.filter((rule) => JSON.stringify(rule.properties).includes(pipeline));
    expect(naming.map((rule) => rule.name.replace(ofRules.values[0], ''))).toEqual(['key-used-by-another']);
  });

  slowTest('a bank without own values adds nothing; an origin for everyone is refused', async () => {
    const resources = await evaluate('environments/prod', { BANKS: banksWith({}) });
    expect(ofType(resources, 'Microsoft.AlertsManagement/actionRules')).toEqual([]);
    const everyone = { deployment: { corsAllowedOrigins: ['*'] } };
    await expect(evaluate('environments/prod', { BANKS: banksWith(everyone) })).rejects.toThrow(/never \*/);
  });

  slowTest('without banks the setting is empty, so that the app reads the file beside it', async () => {
    const resources = await evaluate('environments/prod', { BANKS: '' });
    expect(one(resources, 'Microsoft.Web/sites/config').properties.BANKS).toBe('');
  });

  slowTest('a text that is no action group is refused by name, before anything is deployed', async () => {
    const BANKS = banksWith({ deployment: { actionGroupIds: [group, 'on-call'] } });
    await expect(evaluate('environments/prod', { BANKS })).rejects.toThrow(/deployment\.actionGroupIds of a bank/);
  });

  slowTest('a signer that is no object id is refused', async () => {
    for (const wrong of ['the-pipeline', `${pipeline},x`])
      await expect(evaluate('environments/prod', { KNOWN_SIGNER_IDS: wrong })).rejects.toThrow(
        /KNOWN_SIGNER_IDS must be object ids/,
      );
  });
});
