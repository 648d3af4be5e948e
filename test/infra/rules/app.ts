import type { Resource } from '../bicep.ts';
import { refusedAppSettings, refusedSiteConfig } from '../refused-settings.ts';
import { drop, everyHas, ofType, one, put, type Rule } from './rule.ts';

const site = 'Microsoft.Web/sites';
const settingsOf = (resource: { properties: Record<string, unknown> }) => resource.properties;
const deploymentOf = (resources: readonly Resource[]) =>
  one(resources, site).properties.functionAppConfig.deployment.storage;
const scaleOf = (resources: readonly Resource[]) =>
  one(resources, site).properties.functionAppConfig.scaleAndConcurrency;

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
    answers: ['Azure.AppService.ARRAffinity'],
    says: 'no affinity',
    type: site,
    values: { 'properties.clientAffinityEnabled': false },
    bad: ['properties.clientAffinityEnabled', true],
  }),
  {
    answers: ['Azure.AppService.WebProbe', 'Azure.AppService.WebProbePath'],
    says: 'the app is asked from outside, from several places, whether it is ready, and an alert hangs on the answer',
    faults(resources) {
      const tests = ofType(resources, 'Microsoft.Insights/webtests');
      const alerts = ofType(resources, 'Microsoft.Insights/metricAlerts');
      const isWhole = (test: Resource) =>
        test.kind === 'standard' &&
        String(test.properties.Request.RequestUrl).includes('/api/health/ready') &&
        test.properties.Locations.length >= 5 &&
        test.properties.ValidationRules.ExpectedHttpStatusCode === 200 &&
        Object.entries(test.tags ?? {}).some(([name]) => name.startsWith('hidden-link:'));
      const isHeard = (test: Resource) =>
        alerts.some(
          ({ properties }) =>
            properties.criteria.webTestId === test.id &&
            properties.criteria.failedLocationCount >= 2 &&
            properties.severity === 1 &&
            properties.actions.length > 0,
        );
      if (tests.length === 0) return ['no probe asks from outside'];
      return tests.filter((test) => !isWhole(test) || !isHeard(test)).map(({ name }) => `${name} alerts no one`);
    },
    spoils: {
      'no test': (resources) => drop(resources, ({ type }) => type === 'Microsoft.Insights/webtests'),
      'no alert': (resources) => drop(resources, ({ type }) => type === 'Microsoft.Insights/metricAlerts'),
      'one place': (resources) => {
        one(resources, 'Microsoft.Insights/webtests').properties.Locations.length = 1;
      },
      'one place that fails calls a person': (resources) => {
        one(resources, 'Microsoft.Insights/metricAlerts').properties.criteria.failedLocationCount = 1;
      },
      'no one is called': (resources) => {
        one(resources, 'Microsoft.Insights/metricAlerts').properties.actions = [];
      },
      'another page is asked for': (resources) => {
        one(resources, 'Microsoft.Insights/webtests').properties.Request.RequestUrl = 'https://bank.example/';
      },
    },
  },
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
    spoils: {
      'scm has none': (resources) => drop(resources, ({ name }) => name.endsWith('/scm')),
      'ftp has none': (resources) => drop(resources, ({ name }) => name.endsWith('/ftp')),
    },
  },
  {
    answers: ['CKV_AZURE_62', 'CKV_AZURE_56'],
    says: 'CORS names each origin, and never with credentials',
    faults(resources) {
      const { cors } = one(resources, site).properties.siteConfig;
      return cors.allowedOrigins.includes('*') || cors.supportCredentials !== false ? ['CORS is open'] : [];
    },
    spoils: {
      'any origin': (resources) => {
        one(resources, site).properties.siteConfig.cors.allowedOrigins.push('*');
      },
      'with credentials': (resources) => {
        one(resources, site).properties.siteConfig.cors.supportCredentials = true;
      },
    },
  },
  {
    answers: ['CKV_AZURE_71', 'Azure.AppService.ManagedIdentity'],
    says: 'one user-assigned identity for the app, which also reads the secrets and the package, and one for the export',
    faults(resources) {
      const { identity, properties } = one(resources, site);
      const exporting = (id: string) => id.includes('/id-export-');
      const ids = Object.keys(identity.userAssignedIdentities).sort(
        (a, b) => Number(exporting(a)) - Number(exporting(b)),
      );
      const { authentication } = properties.functionAppConfig.deployment.storage;
      return identity.type === 'UserAssigned' &&
        ids.length === 2 &&
        exporting(ids[1] ?? '') &&
        ids[0] === properties.keyVaultReferenceIdentity &&
        ids[0] === authentication.userAssignedIdentityResourceId &&
        authentication.type === 'UserAssignedIdentity'
        ? []
        : ['the app has another identity'];
    },
    spoils: {
      'a system-assigned one besides': (resources) => {
        one(resources, site).identity.type = 'SystemAssigned, UserAssigned';
      },
      'a third one': (resources) => {
        one(resources, site).identity.userAssignedIdentities['/another'] = {};
      },
      'another one reads the secrets': (resources) => {
        one(resources, site).properties.keyVaultReferenceIdentity = '/another';
      },
      'another one reads the package': (resources) => {
        deploymentOf(resources).authentication.userAssignedIdentityResourceId = '/another';
      },
      'the package is read with a key': (resources) => {
        deploymentOf(resources).authentication.type = 'StorageAccountConnectionString';
      },
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
    spoils: {
      'another runtime': (resources) => {
        one(resources, site).properties.functionAppConfig.runtime.name = 'python';
      },
      'an old Node': (resources) => {
        one(resources, site).properties.functionAppConfig.runtime.version = '20';
      },
      'no memory': (resources) => {
        delete scaleOf(resources).instanceMemoryMB;
      },
      'no concurrency': (resources) => {
        delete scaleOf(resources).triggers;
      },
      'no most instances': (resources) => {
        delete scaleOf(resources).maximumInstanceCount;
      },
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
    spoils: {
      'none ready': (resources) => {
        scaleOf(resources).alwaysReady = [];
      },
      'one zone': (resources) => {
        one(resources, 'Microsoft.Web/serverfarms').properties.zoneRedundant = false;
      },
    },
  },
  {
    answers: ['Flex Consumption: refused site configuration'],
    says: 'nothing is sent that Flex Consumption refuses or ignores',
    faults(resources) {
      return ofType(resources, site).flatMap(({ name, properties }) =>
        [...refusedSiteConfig, 'alwaysOn']
          .filter((key) => key in properties.siteConfig || key in properties)
          .map((key) => `${name}: ${key} is refused`),
      );
    },
    spoils: Object.fromEntries(
      [...refusedSiteConfig, 'alwaysOn'].flatMap((key) => [
        [`siteConfig.${key}`, (resources) => put(one(resources, site), `properties.siteConfig.${key}`, true)],
        [key, (resources) => put(one(resources, site), `properties.${key}`, true)],
      ]),
    ),
  },
  {
    answers: ['Flex Consumption: refused app settings'],
    says: 'no app setting that Flex Consumption refuses or ignores, nor one that costs the warm worker',
    faults(resources) {
      return ofType(resources, `${site}/config`).flatMap((config) =>
        Object.keys(settingsOf(config as never)).filter((name) => refusedAppSettings.includes(name)),
      );
    },
    spoils: Object.fromEntries(
      refusedAppSettings.map((name) => [
        name,
        (resources) => put(one(resources, `${site}/config`), `properties.${name}`, 'x'),
      ]),
    ),
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
    spoils: Object.fromEntries(
      Object.entries({
        LANEKASSEN_API_KEY: 'in-clear',
        PERSON_KEY_SECRET: 'in-clear',
        SESSION_KEY_SECRET_SECONDARY: 'in-clear',
        STATE_TABLE_CONNECTION_STRING: 'in-clear',
        AzureWebJobsStorage: 'in-clear',
        PUBLIC_BASE_URL: 'https://bank.example/?sig=AAAA',
        LANEKASSEN_BASE_URL: "[listKeys('/account', '2026-04-01')]",
        BANKS: 'DefaultEndpointsProtocol=https;AccountKey=AAAA',
        ALTINN_BASE_URL: 'SharedAccessSignature=AAAA',
        MASKINPORTEN_ISSUER: 'Server=x;Password=AAAA',
        MASKINPORTEN_CERTIFICATE_CHAIN: '-----BEGIN PRIVATE KEY-----',
      }).map(([name, value]) => [
        `${name} is ${value}`,
        (resources) => put(one(resources, `${site}/config`), `properties.${name}`, value),
      ]),
    ),
  },
];
