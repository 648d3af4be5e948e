import type { Resource } from '../bicep.ts';
import { drop, everyHas, ofType, one, type Rule } from './rule.ts';

const vault = 'Microsoft.KeyVault/vaults';
const key = `${vault}/keys`;
const diagnostics = 'Microsoft.Insights/diagnosticSettings';
const expiryEvents = 'Microsoft.EventGrid/systemTopics/eventSubscriptions';
const ofVault = ({ id }: Resource) => /vaults\/[^/]+\/prov/.test(id);

function auditOf(resources: readonly Resource[]): Resource {
  const found = ofType(resources, diagnostics).find(ofVault);
  if (!found) throw new Error('The vault has no diagnostic setting.');
  return found;
}

/** Key Vault: the signing key and its protection. */
export const vaultRules: readonly Rule[] = [
  everyHas({
    answers: [
      'CKV_AZURE_42',
      'CKV_AZURE_110',
      'CKV_AZURE_111',
      'Azure.KeyVault.SoftDelete',
      'Azure.KeyVault.PurgeProtect',
    ],
    says: 'a vault can be recovered and not purged',
    type: vault,
    values: {
      'properties.enableSoftDelete': true,
      'properties.enablePurgeProtection': true,
    },
    bad: ['properties.enablePurgeProtection', null],
  }),
  everyHas({
    answers: ['Azure.KeyVault.SoftDelete', 'CKV_AZURE_42'],
    says: 'a deleted vault is kept for ninety days',
    environments: ['test', 'prod'],
    type: vault,
    values: { 'properties.softDeleteRetentionInDays': 90 },
    bad: ['properties.softDeleteRetentionInDays', 7],
  }),
  everyHas({
    answers: ['Azure.KeyVault.SoftDelete (dev)'],
    says: 'the name of a deleted vault is free again after a week',
    environments: ['dev'],
    type: vault,
    values: { 'properties.softDeleteRetentionInDays': 7, 'properties.createMode': 'default' },
    bad: ['properties.softDeleteRetentionInDays', 90],
  }),
  everyHas({
    answers: ['Azure.KeyVault.RBAC', 'Azure.KeyVault.AccessPolicy'],
    says: 'rights come by role, and no platform service may fetch from the vault',
    type: vault,
    values: {
      'properties.enableRbacAuthorization': true,
      'properties.enabledForDeployment': false,
      'properties.enabledForDiskEncryption': false,
      'properties.enabledForTemplateDeployment': false,
    },
    bad: ['properties.enabledForTemplateDeployment', true],
  }),
  everyHas({
    answers: ['CKV_AZURE_109', 'CKV_AZURE_189', 'Azure.KeyVault.Firewall'],
    says: 'the vault is closed but for its private endpoint',
    environments: ['test', 'prod'],
    type: vault,
    values: {
      'properties.publicNetworkAccess': 'Disabled',
      'properties.networkAcls.defaultAction': 'Deny',
      'properties.networkAcls.bypass': 'None',
    },
    bad: ['properties.networkAcls.defaultAction', 'Allow'],
  }),
  everyHas({
    answers: ['CKV_AZURE_112', 'CKV_AZURE_40', 'Azure.KeyVault.KeyName'],
    says: 'the key is in hardware, can only sign, can not be exported and has an end',
    type: key,
    values: {
      'properties.kty': 'RSA-HSM',
      'properties.keySize': 2048,
      'properties.keyOps': ['sign'],
      'properties.attributes.exportable': false,
      'properties.attributes.exp': Date.UTC(2027, 10, 1) / 1000,
    },
    bad: ['properties.keyOps', ['sign', 'decrypt']],
  }),
  {
    answers: ['Azure.KeyVault.AutoRotationPolicy (the other way round)'],
    says: 'the key is announced before it expires and never rotated: Maskinporten must know a version first',
    faults(resources) {
      return ofType(resources, key).flatMap((one) => {
        const actions: { action: { type: string }; trigger: object }[] = one.properties.rotationPolicy.lifetimeActions;
        if (actions.some(({ action }) => action.type.toLowerCase() === 'rotate'))
          return [`${one.name}: rotates by itself`];
        if (!actions.some(({ action }) => action.type === 'notify')) return [`${one.name}: expires unannounced`];
        return [];
      });
    },
    spoils: {
      'rotates by itself': (resources) => {
        one(resources, key).properties.rotationPolicy.lifetimeActions.push({ action: { type: 'Rotate' } });
      },
      'expires unannounced': (resources) => {
        one(resources, key).properties.rotationPolicy.lifetimeActions = [];
      },
    },
  },
  {
    answers: ['Azure.KeyVault.Logs'],
    says: 'every call to the vault is logged in a table of its own',
    faults(resources) {
      const logs = ofType(resources, diagnostics).find(ofVault);
      const group = logs?.properties.logs.find((log: { categoryGroup: string }) => log.categoryGroup === 'allLogs');
      return logs?.properties.logAnalyticsDestinationType === 'Dedicated' && group?.enabled === true
        ? []
        : ['the vault is not audited'];
    },
    spoils: {
      'no logs': (resources) => {
        auditOf(resources).properties.logs = [];
      },
      'logs are off': (resources) => {
        auditOf(resources).properties.logs[0].enabled = false;
      },
      'not in a table of their own': (resources) => {
        delete auditOf(resources).properties.logAnalyticsDestinationType;
      },
      'no diagnostic setting': (resources) => drop(resources, ({ id }) => id === auditOf(resources).id),
    },
  },
  {
    answers: ['CKV_AZURE_112'],
    says: 'a key about to expire is announced once, by the alert of the app; a secret by the vault’s event',
    faults(resources) {
      const alerts = ofType(resources, 'Microsoft.Insights/scheduledQueryRules').filter(({ name }) =>
        name.endsWith('-key-near-expiry'),
      );
      const events = ofType(resources, expiryEvents)
        .filter(({ properties }) => properties.destination.endpointType === 'MonitorAlert')
        .flatMap(({ properties }) => properties.filter.includedEventTypes as string[]);
      const announced = alerts.length + events.filter((event) => event === 'Microsoft.KeyVault.KeyNearExpiry').length;
      return [
        ...(announced === 1 ? [] : [`a key about to expire is announced ${announced} times`]),
        ...(events.includes('Microsoft.KeyVault.SecretNearExpiry') ? [] : ['no one hears of a secret about to expire']),
      ];
    },
    spoils: {
      'the alert is left out': (resources) => drop(resources, ({ name }) => name.endsWith('-key-near-expiry')),
      'the vault announces the key too': (resources) => {
        one(resources, expiryEvents).properties.filter.includedEventTypes.push('Microsoft.KeyVault.KeyNearExpiry');
      },
      'the event of a secret is left out': (resources) => {
        one(resources, expiryEvents).properties.filter.includedEventTypes = ['Microsoft.KeyVault.SecretExpired'];
      },
      'it goes elsewhere': (resources) => {
        one(resources, expiryEvents).properties.destination.endpointType = 'WebHook';
      },
    },
  },
];
