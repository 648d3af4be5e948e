import type { Resource } from '../bicep.ts';
import { drop, everyHas, ofType, one, type Rule } from './rule.ts';

const endpoint = 'Microsoft.Network/privateEndpoints';
const account = 'Microsoft.Storage/storageAccounts';
const appSubnetOf = (resources: readonly Resource[]) =>
  one(resources, 'Microsoft.Network/virtualNetworks').properties.subnets[0].properties;

/** The network of test and prod. */
export const networkRules: readonly Rule[] = [
  {
    answers: ['CKV_AZURE_109', 'CKV_AZURE_35', 'CKV_AZURE_189'],
    says: 'dev, alone, has no network and open firewalls: said in docs/deploy.md, and true',
    environments: ['dev'],
    faults(resources) {
      const network = resources.filter(({ type }) => type.startsWith('Microsoft.Network/')).map(({ name }) => name);
      const closed = [...ofType(resources, 'Microsoft.KeyVault/vaults'), ...ofType(resources, account)]
        .filter(({ properties }) => properties.networkAcls.defaultAction !== 'Allow')
        .map(({ name }) => `${name} cannot be reached by anyone`);
      return [...network, ...closed];
    },
    spoils: {
      'a network': (resources) => {
        resources.push({ ...one(resources, 'Microsoft.KeyVault/vaults'), type: 'Microsoft.Network/virtualNetworks' });
      },
      'a closed vault': (resources) => {
        one(resources, 'Microsoft.KeyVault/vaults').properties.networkAcls.defaultAction = 'Deny';
      },
      'a closed account': (resources) => {
        one(resources, account).properties.networkAcls.defaultAction = 'Deny';
      },
    },
  },
  {
    answers: ['CKV2_AZURE_32', 'CKV2_AZURE_33', 'Azure.KeyVault.PrivateEndpoint', 'Azure.Storage.PrivateEndpoint'],
    says: 'vault, tables, blobs and exports have each a private endpoint with a DNS zone',
    environments: ['test', 'prod'],
    faults(resources) {
      const groups = ofType(resources, endpoint).map(({ name }) => name.split('-').at(-1));
      const zones = ofType(resources, `${endpoint}/privateDnsZoneGroups`);
      return ['vault', 'table', 'blob', 'backup']
        .filter((group) => !groups.includes(group))
        .map((group) => `${group} has no private endpoint`)
        .concat(zones.length < groups.length ? ['an endpoint has no DNS zone'] : []);
    },
    spoils: {
      ...Object.fromEntries(
        ['vault', 'table', 'blob', 'backup'].map((group) => [
          `${group} has none`,
          (resources: Resource[]) => drop(resources, ({ name, type }) => type === endpoint && name.endsWith(group)),
        ]),
      ),
      'an endpoint has no zone': (resources) =>
        drop(resources, ({ type }) => type === `${endpoint}/privateDnsZoneGroups`),
    },
  },
  {
    answers: ['Azure.AppService.VNET'],
    says: 'everything the app calls goes by its delegated subnet',
    environments: ['test', 'prod'],
    faults(resources) {
      const { virtualNetworkSubnetId, outboundVnetRouting } = one(resources, 'Microsoft.Web/sites').properties;
      const { subnets } = one(resources, 'Microsoft.Network/virtualNetworks').properties;
      const subnet = subnets.find((each: { name: string }) => each.name === 'app');
      return virtualNetworkSubnetId?.endsWith('/subnets/app') &&
        outboundVnetRouting?.allTraffic === true &&
        subnet.properties.delegations[0]?.properties.serviceName === 'Microsoft.App/environments' &&
        subnet.properties.natGateway !== undefined &&
        subnet.properties.defaultOutboundAccess === false
        ? []
        : ['the app has another way out'];
    },
    spoils: {
      'not all goes there': (resources) => {
        one(resources, 'Microsoft.Web/sites').properties.outboundVnetRouting.allTraffic = false;
      },
      'another subnet': (resources) => {
        one(resources, 'Microsoft.Web/sites').properties.virtualNetworkSubnetId = '/subnets/endpoints';
      },
      'not delegated': (resources) => {
        appSubnetOf(resources).delegations = [];
      },
      'no fixed way out': (resources) => {
        delete appSubnetOf(resources).natGateway;
      },
      'a way out by default': (resources) => {
        appSubnetOf(resources).defaultOutboundAccess = true;
      },
    },
  },
  {
    answers: ['CKV2_AZURE_31', 'Azure.VNET.UseNSGs'],
    says: 'every subnet has a network security group',
    environments: ['test', 'prod'],
    faults(resources) {
      return one(resources, 'Microsoft.Network/virtualNetworks')
        .properties.subnets.filter(
          (subnet: Rule & { properties: object }) => !('networkSecurityGroup' in subnet.properties),
        )
        .map((subnet: { name: string }) => `${subnet.name} has no group`);
    },
    spoils: {
      'the app’s has none': (resources) => {
        delete appSubnetOf(resources).networkSecurityGroup;
      },
      'the endpoints’ has none': (resources) => {
        delete one(resources, 'Microsoft.Network/virtualNetworks').properties.subnets[1].properties
          .networkSecurityGroup;
      },
    },
  },
  {
    answers: ['CKV_AZURE_9', 'CKV_AZURE_10', 'CKV_AZURE_77', 'Azure.NSG.AnyInboundSource', 'Azure.NSG.DenyAllInbound'],
    says: 'nothing is let in from everywhere',
    environments: ['test', 'prod'],
    faults(resources) {
      type SecurityRule = {
        properties: {
          access: string;
          direction: string;
          sourceAddressPrefix?: string;
          sourceAddressPrefixes?: string[];
        };
      };
      const sourcesOf = ({ properties }: SecurityRule) => [
        properties.sourceAddressPrefix ?? '',
        ...(properties.sourceAddressPrefixes ?? []),
      ];
      return ofType(resources, 'Microsoft.Network/networkSecurityGroups').flatMap(({ name, properties }) => {
        const inbound = (properties.securityRules as SecurityRule[]).filter(
          (rule) => rule.properties.direction === 'Inbound',
        );
        const open = inbound.some(
          (rule) =>
            rule.properties.access === 'Allow' &&
            sourcesOf(rule).some((source) => ['*', 'Internet'].includes(source) || source.endsWith('/0')),
        );
        const closed = inbound.some((rule) => rule.properties.access === 'Deny' && sourcesOf(rule)[0] === '*');
        return open || !closed ? [`${name} is open`] : [];
      });
    },
    spoils: {
      ...Object.fromEntries(
        ['*', '0.0.0.0/0', 'Internet'].map((from) => [
          `${from} is let in`,
          (resources: Resource[]) => {
            const [group] = ofType(resources, 'Microsoft.Network/networkSecurityGroups');
            group?.properties.securityRules.unshift({
              properties: { direction: 'Inbound', access: 'Allow', sourceAddressPrefix: from },
            });
          },
        ]),
      ),
      'everything is let in beside one address': (resources) => {
        const rule = ofType(resources, 'Microsoft.Network/networkSecurityGroups')
          .flatMap(({ properties }) => properties.securityRules)
          .find(({ properties }) => properties.sourceAddressPrefixes);
        rule.properties.sourceAddressPrefixes.push('::/0');
      },
      'nothing is denied': (resources) => {
        const group = ofType(resources, 'Microsoft.Network/networkSecurityGroups').at(-1);
        if (group) group.properties.securityRules = [];
      },
    },
  },
  {
    answers: ['operators reach the resources that they must set up'],
    says: 'each private endpoint lets in a client besides the app',
    environments: ['test', 'prod'],
    faults(resources) {
      const network = one(resources, 'Microsoft.Network/virtualNetworks').properties;
      const subnetOf = (id: string) =>
        network.subnets.find(({ name }: { name: string }) => name === id.split('/').at(-1));
      const app = network.subnets.find(({ name }: { name: string }) => name === 'app').properties.addressPrefix;
      return ofType(resources, endpoint)
        .filter(({ properties }) => {
          const groupId = subnetOf(properties.subnet.id)?.properties.networkSecurityGroup.id.toLowerCase();
          const group = ofType(resources, 'Microsoft.Network/networkSecurityGroups').find(
            ({ id }) => id.toLowerCase() === groupId,
          );
          const sources = (group?.properties.securityRules ?? [])
            .map((rule: Resource) => rule.properties)
            .filter(
              (rule: Resource['properties']) =>
                rule.access === 'Allow' && rule.direction === 'Inbound' && rule.destinationPortRange === '443',
            )
            .flatMap((rule: Resource['properties']) => rule.sourceAddressPrefixes ?? [rule.sourceAddressPrefix]);
          return !sources.some((source: string) => source !== app);
        })
        .map(({ name }) => `${name} lets in only the app`);
    },
    spoils: {
      'the rule is gone': (resources) => {
        for (const { properties } of ofType(resources, 'Microsoft.Network/networkSecurityGroups'))
          properties.securityRules = properties.securityRules.filter(
            ({ name }: { name: string }) => name !== 'operators-to-endpoints',
          );
      },
      'it lets in the app again': (resources) => {
        const [app] = one(resources, 'Microsoft.Network/virtualNetworks').properties.subnets;
        const rules = ofType(resources, 'Microsoft.Network/networkSecurityGroups').flatMap(
          ({ properties }) => properties.securityRules,
        );
        const rule = rules.find(({ name }) => name === 'operators-to-endpoints');
        rule.properties.sourceAddressPrefixes = [app.properties.addressPrefix];
      },
    },
  },
  everyHas({
    answers: ['Azure.PublicIP.StandardSKU', 'Azure.PublicIP.AvailabilityZone'],
    says: 'one fixed address outwards, in every zone',
    environments: ['prod'],
    type: 'Microsoft.Network/publicIPAddresses',
    values: { 'sku.name': 'Standard', 'properties.publicIPAllocationMethod': 'Static', zones: ['1', '2', '3'] },
    bad: ['properties.publicIPAllocationMethod', 'Dynamic'],
  }),
];
