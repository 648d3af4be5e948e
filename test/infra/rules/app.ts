import { refusedAppSettings, refusedSiteConfig } from '../refused-settings.ts';
import { everyHas, ofType, one, type Rule } from './rule.ts';

const site = 'Microsoft.Web/sites';
const settingsOf = (resource: { properties: Record<string, unknown> }) => resource.properties;

/** The app on Flex Consumption. */
export const appRules: readonly Rule[] = [
  everyHas({
    answers: ['CKV_AZURE_70', 'Azure.AppService.UseHTTPS', 'CKV_AZURE_67', 'CKV_AZURE_145', 'Azure.AppService.MinTLS'],
    says: 'https alone, TLS 1.2 or newer, HTTP/2',
    type: site,
    values: {
      'properties.httpsOnly': true,
      'properties.siteConfig.minTlsVersion': '1.2',
      'properties.siteConfig.scmMinTlsVersion': '1.2',
      'properties.siteConfig.http20Enabled': true,
    },
    bad: ['properties.siteConfig.minTlsVersion', '1.0'],
  }),
  everyHas({
    answers: ['Azure.AppService.ARRAffinity', 'Azure.AppService.WebProbe', 'Azure.AppService.WebProbePath'],
    says: 'no affinity, and a health path',
    type: site,
    values: {
      'properties.clientAffinityEnabled': false,
      'properties.siteConfig.healthCheckPath': '/api/health/ready',
    },
    bad: ['properties.clientAffinityEnabled', true],
  }),
  everyHas({
    answers: ['CKV_AZURE_78 (in place of ftpsState)', 'Azure.AppService.RemoteDebug'],
    says: 'no password deploys: basic publishing credentials are off for ftp and scm',
    type: `${site}/basicPublishingCredentialsPolicies`,
    values: { 'properties.allow': false },
    bad: ['properties.allow', true],
  }),
  {
    answers: ['CKV_AZURE_78 (in place of ftpsState)'],
    says: 'both ways of publishing have their policy',
    faults(resources) {
      const names = ofType(resources, `${site}/basicPublishingCredentialsPolicies`).map(
        ({ name }) => name.split('/')[1],
      );
      return ['ftp', 'scm'].filter((way) => !names.includes(way)).map((way) => `${way} has no policy`);
    },
    spoil(resources) {
      resources.splice(
        resources.findIndex(({ name }) => name.endsWith('/scm')),
        1,
      );
    },
  },
  {
    answers: ['CKV_AZURE_62', 'CKV_AZURE_56'],
    says: 'CORS names each origin, and never with credentials',
    faults(resources) {
      const { cors } = one(resources, site).properties.siteConfig;
      return cors.allowedOrigins.includes('*') || cors.supportCredentials !== false ? ['CORS is open'] : [];
    },
    spoil(resources) {
      one(resources, site).properties.siteConfig.cors.allowedOrigins = ['*'];
    },
  },
  {
    answers: ['CKV_AZURE_71', 'Azure.AppService.ManagedIdentity'],
    says: 'one user-assigned identity, which also reads the secrets and the package',
    faults(resources) {
      const { identity, properties } = one(resources, site);
      const ids = Object.keys(identity.userAssignedIdentities);
      const { authentication } = properties.functionAppConfig.deployment.storage;
      return identity.type === 'UserAssigned' &&
        ids.length === 1 &&
        ids[0] === properties.keyVaultReferenceIdentity &&
        ids[0] === authentication.userAssignedIdentityResourceId &&
        authentication.type === 'UserAssignedIdentity'
        ? []
        : ['the app has another identity'];
    },
    spoil(resources) {
      one(resources, site).identity.type = 'SystemAssigned, UserAssigned';
    },
  },
  {
    answers: ['Flex Consumption: functionAppConfig'],
    says: 'concurrency, memory, instances and runtime are said and not left to defaults',
    faults(resources) {
      const { runtime, scaleAndConcurrency: scale } = one(resources, site).properties.functionAppConfig;
      const faults: string[] = [];
      if (runtime.name !== 'node' || !['24', '22'].includes(runtime.version)) faults.push('another runtime');
      if (![512, 2048, 4096].includes(scale.instanceMemoryMB)) faults.push('memory is not said');
      if (!(scale.triggers?.http?.perInstanceConcurrency >= 1)) faults.push('concurrency is not said');
      if (!(scale.maximumInstanceCount >= 1)) faults.push('the most instances are not said');
      return faults;
    },
    spoil(resources) {
      delete one(resources, site).properties.functionAppConfig.scaleAndConcurrency.triggers;
    },
  },
  {
    answers: ['Azure.AppService.PlanInstanceCount', 'CKV_AZURE_212', 'CKV_AZURE_225'],
    says: 'prod is spread over zones and has two instances ready',
    environments: ['prod'],
    faults(resources) {
      const { alwaysReady } = one(resources, site).properties.functionAppConfig.scaleAndConcurrency;
      const ready = alwaysReady.find((group: { name: string }) => group.name === 'http')?.instanceCount ?? 0;
      const zones = one(resources, 'Microsoft.Web/serverfarms').properties.zoneRedundant;
      return zones === true && ready >= 2 ? [] : [`zones ${zones}, ready ${ready}`];
    },
    spoil(resources) {
      one(resources, site).properties.functionAppConfig.scaleAndConcurrency.alwaysReady = [];
    },
  },
  {
    answers: ['Flex Consumption: refused site configuration'],
    says: 'nothing is sent that Flex Consumption refuses or ignores',
    faults(resources) {
      return ofType(resources, site).flatMap(({ name, properties }) =>
        refusedSiteConfig
          .filter((key) => key in properties.siteConfig || key in properties)
          .map((key) => `${name}: ${key} is refused`)
          .concat(properties.siteConfig.alwaysOn === true ? [`${name}: alwaysOn is refused`] : [])
          .concat(properties.endToEndEncryptionEnabled === true ? [`${name}: endToEndEncryption is refused`] : []),
      );
    },
    spoil(resources) {
      one(resources, site).properties.siteConfig.ftpsState = 'Disabled';
    },
  },
  {
    answers: ['Flex Consumption: refused app settings'],
    says: 'no app setting that Flex Consumption refuses or ignores, nor one that costs the warm worker',
    faults(resources) {
      return ofType(resources, `${site}/config`).flatMap((config) =>
        Object.keys(settingsOf(config as never)).filter((name) => refusedAppSettings.includes(name)),
      );
    },
    spoil(resources) {
      one(resources, `${site}/config`).properties.FUNCTIONS_WORKER_RUNTIME = 'node';
    },
  },
  {
    answers: ['CKV_AZURE_41', 'Azure.Deployment.SecureValue'],
    says: 'no key and no credential in any setting: secrets are references to the vault',
    faults(resources) {
      return ofType(resources, `${site}/config`).flatMap((config) =>
        Object.entries(settingsOf(config as never)).flatMap(([name, value]) => {
          const text = String(value);
          if (/AccountKey=|SharedAccess|sig=|-----BEGIN [A-Z ]*PRIVATE|listKeys\(|\bPassword=/i.test(text))
            return [name];
          if (/_CONNECTION_STRING$/.test(name) && name !== 'APPLICATIONINSIGHTS_CONNECTION_STRING') return [name];
          if (/^AzureWebJobsStorage$/.test(name)) return [name];
          const secret = /(_SECRET|_SECRET_SECONDARY|_API_KEY)$/.test(name);
          return secret && text !== '' && !text.includes('@Microsoft.KeyVault(SecretUri=') ? [name] : [];
        }),
      );
    },
    spoil(resources) {
      one(resources, `${site}/config`).properties.LANEKASSEN_API_KEY = 'in-clear';
    },
  },
];
