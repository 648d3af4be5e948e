import { drop, everyHas, ofType, one, type Rule } from './rule.ts';

const account = 'Microsoft.Storage/storageAccounts';

/** The two storage accounts: one for the host's package, one for the personal state. */
export const storageRules: readonly Rule[] = [
  everyHas({
    answers: ['CKV2_AZURE_40', 'Azure.Storage.DefaultOAuth', 'Azure.Storage.SecureTransfer', 'CKV_AZURE_3'],
    says: 'no shared key, no local user, https alone',
    type: account,
    values: {
      'properties.allowSharedKeyAccess': false,
      'properties.defaultToOAuthAuthentication': true,
      'properties.isLocalUserEnabled': false,
      'properties.supportsHttpsTrafficOnly': true,
    },
    bad: ['properties.allowSharedKeyAccess', true],
  }),
  everyHas({
    answers: ['CKV_AZURE_44', 'Azure.Storage.MinTLS'],
    says: 'TLS 1.2 or newer',
    type: account,
    values: { 'properties.minimumTlsVersion': 'TLS1_2' },
    bad: ['properties.minimumTlsVersion', 'TLS1_0'],
  }),
  everyHas({
    answers: ['CKV_AZURE_59', 'Azure.Storage.BlobPublicAccess', 'Azure.Storage.BlobAccessType'],
    says: 'nothing is public, nothing is copied to another tenant',
    type: account,
    values: { 'properties.allowBlobPublicAccess': false, 'properties.allowCrossTenantReplication': false },
    bad: ['properties.allowBlobPublicAccess', true],
  }),
  everyHas({
    answers: ['CKV_AZURE_35', 'CKV_AZURE_59', 'Azure.Storage.Firewall'],
    says: 'the accounts are closed but for their private endpoints',
    environments: ['test', 'prod'],
    type: account,
    values: {
      'properties.publicNetworkAccess': 'Disabled',
      'properties.networkAcls.defaultAction': 'Deny',
      'properties.networkAcls.bypass': 'None',
    },
    bad: ['properties.publicNetworkAccess', 'Enabled'],
  }),
  {
    answers: ['CKV_AZURE_206', 'Azure.Storage.UseReplication'],
    says: 'a zone may be lost, and the region: the exports are in another one',
    environments: ['test', 'prod'],
    faults(resources) {
      const state = one(resources, account, 'ststate');
      const exports = one(resources, account, 'stback');
      return ofType(resources, account)
        .filter(({ name, sku }) => name !== exports.name && sku.name !== 'Standard_ZRS' && sku.name !== 'Standard_GZRS')
        .map(({ name }) => `${name} is in one zone`)
        .concat(exports.location === state.location ? ['the exports are lost with the region'] : []);
    },
    spoils: {
      'the state is in one zone': (resources) => {
        one(resources, account, 'ststate').sku.name = 'Standard_LRS';
      },
      'the package is in one zone': (resources) => {
        one(resources, account, 'sthost').sku.name = 'Standard_LRS';
      },
      'the exports are beside the state': (resources) => {
        one(resources, account, 'stback').location = one(resources, account, 'ststate').location;
      },
    },
  },
  {
    answers: ['CKV2_AZURE_38', 'Azure.Storage.SoftDelete (exports)'],
    says: 'an export is a version that no one changes or deletes before its time, and is gone after it',
    faults(resources) {
      const { immutableStorageWithVersioning: kept } = one(resources, account, 'stback').properties;
      const days = kept?.immutabilityPolicy?.immutabilityPeriodSinceCreationInDays ?? 0;
      const { isVersioningEnabled } = one(resources, `${account}/blobServices`, 'stback').properties;
      const rules = ofType(resources, `${account}/managementPolicies`).flatMap(
        ({ properties }) => properties.policy.rules,
      );
      const ends = rules.map(({ definition }) => definition.actions.baseBlob.delete.daysAfterCreationGreaterThan);
      return [
        ...(kept?.enabled === true && days >= 7 ? [] : ['an export can be changed']),
        ...(isVersioningEnabled === true ? [] : ['no versions']),
        ...(ends.length === 1 && ends[0] === days + 1 ? [] : ['an export is kept for ever, or not for long enough']),
      ];
    },
    spoils: {
      'it can be changed': (resources) => {
        one(resources, account, 'stback').properties.immutableStorageWithVersioning.enabled = false;
      },
      'for a day': (resources) => {
        const { immutabilityPolicy } = one(resources, account, 'stback').properties.immutableStorageWithVersioning;
        immutabilityPolicy.immutabilityPeriodSinceCreationInDays = 1;
      },
      'no versions': (resources) => {
        one(resources, `${account}/blobServices`, 'stback').properties.isVersioningEnabled = false;
      },
      'kept for ever': (resources) => drop(resources, ({ type }) => type === `${account}/managementPolicies`),
    },
  },
  everyHas({
    answers: ['Azure.Storage.Encryption'],
    says: 'encrypted twice at rest (can be chosen at creation only)',
    type: account,
    values: { 'properties.encryption.requireInfrastructureEncryption': true },
    bad: ['properties.encryption.requireInfrastructureEncryption', false],
  }),
  everyHas({
    answers: ['Azure.Storage.ContainerSoftDelete', 'Azure.Storage.SoftDelete'],
    says: 'a deleted package can be brought back',
    type: `${account}/blobServices`,
    values: {
      'properties.deleteRetentionPolicy.enabled': true,
      'properties.containerDeleteRetentionPolicy.enabled': true,
    },
    bad: ['properties.deleteRetentionPolicy.enabled', false],
  }),
  {
    answers: ['separate accounts (duty to keep personal data apart)'],
    says: 'host package, personal state and exports are in accounts of their own',
    faults(resources) {
      const [containers = [], tables = []] = [`${account}/blobServices/containers`, `${account}/tableServices`].map(
        (type) => ofType(resources, type).map(({ name }) => name.split('/')[0]),
      );
      return containers.length === 2 && tables.length === 1 && new Set([...containers, ...tables]).size === 3
        ? []
        : ['one account holds both'];
    },
    spoils: {
      'one account for both': (resources) => {
        const table = one(resources, `${account}/tableServices`);
        table.name = `${one(resources, `${account}/blobServices/containers`).name.split('/')[0]}/default`;
      },
      'a container beside the tables': (resources) => {
        const container = structuredClone(one(resources, `${account}/blobServices/containers`));
        resources.push({ ...container, name: 'ststate/default/x' });
      },
      'no tables': (resources) => drop(resources, ({ type }) => type === `${account}/tableServices`),
    },
  },
  {
    answers: ['CKV_AZURE_21', 'Azure.Storage.Logs'],
    says: 'requests to blobs and tables are logged',
    faults(resources) {
      const logged = ofType(resources, 'Microsoft.Insights/diagnosticSettings').map(({ id }) => id);
      return [`${account}/blobServices`, `${account}/tableServices`].flatMap((type) => {
        const services = ofType(resources, type);
        if (services.length === 0) return [`there is no ${type}`];
        return services
          .filter(({ id }) => !logged.some((one) => one.startsWith(`${id}/providers/`)))
          .map(({ name }) => `${name} is not logged`);
      });
    },
    spoils: {
      'tables are not': (resources) => drop(resources, ({ id }) => id.includes('/tableServices/default/providers/')),
      'blobs are not': (resources) => drop(resources, ({ id }) => id.includes('/blobServices/default/providers/')),
    },
  },
];
