import type { Resource } from '../bicep.ts';
import { roleTable } from '../role-table.ts';
import { drop, everyHas, ofType, one, type Rule } from './rule.ts';

const assignment = 'Microsoft.Authorization/roleAssignments';
const lock = 'Microsoft.Authorization/locks';
const diagnostics = 'Microsoft.Insights/diagnosticSettings';

/** Types with logs of their own. (The component's logs are the telemetry itself, which is in the workspace already.) */
const loggingTypes: readonly string[] = [
  'Microsoft.EventGrid/systemTopics',
  'Microsoft.KeyVault/vaults',
  'Microsoft.Network/networkSecurityGroups',
  'Microsoft.Network/publicIPAddresses',
  'Microsoft.Network/virtualNetworks',
  'Microsoft.OperationalInsights/workspaces',
  'Microsoft.Storage/storageAccounts/blobServices',
  'Microsoft.Storage/storageAccounts/tableServices',
  'Microsoft.Web/sites',
];
/** Storage Table Data Reader, Storage Blob Data Contributor. */
const exportRoles = ['76199698-9eea-4c19-bc75-cec21354c6b6', 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'];
const customRoleOf = (resources: readonly Resource[]) =>
  one(resources, 'Microsoft.Authorization/roleDefinitions').properties;

/** Rights, telemetry, locks and tags. */
export const governanceRules: readonly Rule[] = [
  {
    answers: ['Azure.RBAC.UseGroups (no person has a standing role)', 'CKV_AZURE_39'],
    says: 'every role assignment is the app identity’s, or the export’s, and is in the table of docs/deploy.md, on that scope',
    faults(resources) {
      const identities = ofType(resources, 'Microsoft.ManagedIdentity/userAssignedIdentities');
      const customRole = ofType(resources, 'Microsoft.Authorization/roleDefinitions')[0]?.name ?? 'none';
      const rows = roleTable();
      const found = ofType(resources, assignment).map(({ id, properties }) => {
        const role = String(properties.roleDefinitionId).split('/').at(-1) ?? '';
        const scope = /resourceGroups\/[^/]+\/providers\/(.+)\/providers\/Microsoft\.Authorization/.exec(id)?.[1] ?? id;
        // The identity of the daily export has its two roles alone; the app has all others alone.
        const holder = exportRoles.includes(role) ? 'id-export-' : 'id-';
        const own =
          properties.principalType === 'ServicePrincipal' &&
          identities.some(
            ({ name }) =>
              name.startsWith('id-export-') === (holder === 'id-export-') &&
              properties.principalId.includes(`/userAssignedIdentities/${name}'`),
          );
        return { role: role === customRole ? 'custom' : role, scope, own };
      });
      const fits = (row: { role: string; scope: RegExp }, one: { role: string; scope: string }) =>
        row.role === one.role && row.scope.test(one.scope);
      return [
        ...found.filter(({ own }) => !own).map(({ scope }) => `another identity has a role on ${scope}`),
        ...found
          .filter((one) => !rows.some((row) => fits(row, one)))
          .map(({ role, scope }) => `${role} on ${scope}: no reason`),
        ...rows
          .filter((row) => !found.some((one) => fits(row, one)))
          .map(({ role }) => `${role}: in the table, not assigned`),
      ];
    },
    spoils: {
      'a role on the whole resource group': (resources) => {
        const copy = structuredClone(one(resources, assignment));
        copy.id = copy.id.replace(/\/providers\/(?!Microsoft\.Authorization)[^/]+\/[^/]+\/[^/]+/g, '');
        resources.push(copy);
      },
      'a role that the table does not know': (resources) => {
        one(resources, assignment).properties.roleDefinitionId =
          '/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
      },
      'another identity': (resources) => {
        one(resources, assignment).properties.principalId = 'another';
      },
      'the export has the app’s right to the tables': (resources) => {
        const ofExport = ofType(resources, assignment).find(({ properties }) =>
          String(properties.roleDefinitionId).endsWith(exportRoles[0] ?? ''),
        );
        const ofApp = ofType(resources, assignment).find(({ properties }) =>
          String(properties.roleDefinitionId).endsWith('0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'),
        );
        if (ofApp) ofApp.properties.principalId = ofExport?.properties.principalId;
      },
      'a person': (resources) => {
        one(resources, assignment).properties.principalType = 'User';
      },
      'one that the table names is missing': (resources) => drop(resources, ({ type }) => type === assignment),
    },
  },
  {
    answers: ['CKV_AZURE_39', 'Azure.RBAC.LimitOwner'],
    says: 'the custom role reads and signs, and nothing else',
    faults(resources) {
      return ofType(resources, 'Microsoft.Authorization/roleDefinitions').flatMap(({ properties }) => {
        const [permission, ...more] = properties.permissions;
        const exact = ['Microsoft.KeyVault/vaults/keys/read', 'Microsoft.KeyVault/vaults/keys/sign/action'];
        const scope: string[] = properties.assignableScopes;
        return more.length === 0 &&
          permission.actions.length === 0 &&
          JSON.stringify(permission.dataActions) === JSON.stringify(exact) &&
          scope.length === 1 &&
          /\/resourceGroups\/[^/]+$/.test(scope[0] ?? '')
          ? []
          : ['the custom role may do more'];
      });
    },
    spoils: {
      'decrypts too': (resources) => {
        customRoleOf(resources).permissions[0].dataActions.push('Microsoft.KeyVault/vaults/keys/decrypt/action');
      },
      'manages too': (resources) => {
        customRoleOf(resources).permissions[0].actions.push('*');
      },
      'a second set of permissions': (resources) => {
        customRoleOf(resources).permissions.push({ actions: [], dataActions: ['*'] });
      },
      'can be given out everywhere': (resources) => {
        customRoleOf(resources).assignableScopes = ['/subscriptions/x'];
      },
      'can be given out elsewhere too': (resources) => {
        customRoleOf(resources).assignableScopes.push('/subscriptions/x/resourceGroups/y');
      },
    },
  },
  everyHas({
    answers: ['Azure.AppInsights.LocalAuth', 'Azure.AppInsights.Workspace'],
    says: 'telemetry is sent by identity, and callers’ addresses stay masked',
    type: 'Microsoft.Insights/components',
    values: { 'properties.DisableLocalAuth': true, 'properties.DisableIpMasking': false },
    bad: ['properties.DisableIpMasking', true],
  }),
  everyHas({
    answers: ['Azure.Log.LocalAuth'],
    says: 'the workspace has no keys',
    type: 'Microsoft.OperationalInsights/workspaces',
    values: { 'properties.features.disableLocalAuth': true },
    bad: ['properties.features.disableLocalAuth', false],
  }),
  {
    answers: ['Azure.KeyVault.Logs', 'Azure.Storage.Logs', 'CKV_AZURE_63'],
    says: 'everything that can log does, all it has, into the workspace',
    faults(resources) {
      const settings = ofType(resources, diagnostics);
      const sound = settings.filter(
        ({ properties }) =>
          String(properties.workspaceId).includes('/Microsoft.OperationalInsights/workspaces/') &&
          properties.logs.some(
            (log: { categoryGroup: string; enabled: boolean }) =>
              ['allLogs', 'audit'].includes(log.categoryGroup) && log.enabled,
          ),
      );
      return resources
        .filter(({ type }) => loggingTypes.includes(type))
        .filter(({ id }) => !sound.some((setting) => setting.id.startsWith(`${id}/providers/Microsoft.Insights/`)))
        .map(({ name, type }) => `${type} ${name} is not logged`);
    },
    spoils: {
      'one has no setting': (resources) => drop(resources, ({ type }) => type === diagnostics),
      'one logs nothing': (resources) => {
        one(resources, diagnostics).properties.logs = [];
      },
      'one logs to nowhere': (resources) => {
        one(resources, diagnostics).properties.workspaceId = '';
      },
    },
  },
  {
    answers: ['Azure.Resource.Lock (governance)'],
    says: 'vault, personal state, exports and identities can not be deleted by mistake in prod',
    environments: ['prod'],
    faults(resources) {
      const locked = ofType(resources, lock)
        .filter(({ properties }) => properties.level === 'CanNotDelete')
        .map(({ id }) => id);
      const kept = [
        '/vaults/',
        '/storageAccounts/ststate',
        '/storageAccounts/stback',
        ...ofType(resources, 'Microsoft.ManagedIdentity/userAssignedIdentities').map(({ name }) => `/${name}/`),
      ];
      return kept.filter((part) => !locked.some((id) => id.includes(part)));
    },
    spoils: {
      'the vault can': (resources) => drop(resources, ({ id, type }) => type === lock && id.includes('/vaults/')),
      'the state can': (resources) => drop(resources, ({ id, type }) => type === lock && id.includes('/ststate')),
      'the exports can': (resources) => drop(resources, ({ id, type }) => type === lock && id.includes('/stback')),
      'the app’s identity can': (resources) =>
        drop(resources, ({ id, type }) => type === lock && /\/id-(?!export)/.test(id)),
      'the export’s identity can': (resources) =>
        drop(resources, ({ id, type }) => type === lock && id.includes('/id-export-')),
      'a weaker lock': (resources) => {
        one(resources, lock).properties.level = 'NotSpecified';
      },
    },
  },
  {
    answers: ['Azure.Resource.UseTags'],
    says: 'everything that can be tagged is, and azd finds what it deploys to',
    faults(resources) {
      const untagged = resources
        .filter(({ location, type }) => location !== undefined && !type.endsWith('/deployments'))
        .filter(({ tags }) => tags?.['azd-env-name'] !== 'example')
        .map(({ name }) => `${name} has no azd-env-name`);
      const services = resources.filter(({ tags }) => tags?.['azd-service-name'] === 'api');
      return services.length === 1 ? untagged : [...untagged, 'azd-service-name is not on exactly one resource'];
    },
    spoils: {
      'one has none': (resources) => {
        one(resources, 'Microsoft.KeyVault/vaults').tags = {};
      },
      'azd does not find the app': (resources) => {
        delete one(resources, 'Microsoft.Web/sites').tags?.['azd-service-name'];
      },
      'azd finds two': (resources) => {
        one(resources, 'Microsoft.KeyVault/vaults').tags = { 'azd-env-name': 'example', 'azd-service-name': 'api' };
      },
    },
  },
];
