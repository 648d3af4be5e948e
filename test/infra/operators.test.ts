// Rights of the people who complete the environment: they create secrets, read the public key and rotate keys.
import { describe, expect, test } from 'vitest';
import { evaluate, noBicep, type Resource } from './bicep.ts';
import { ofType, one } from './rules/rule.ts';

const rulesOf = (resources: readonly Resource[], suffix: string): Resource['properties'][] =>
  ofType(resources, 'Microsoft.Network/networkSecurityGroups')
    .filter(({ name }) => name.endsWith(suffix))
    .flatMap(({ properties }) => properties.securityRules.map((rule: Resource) => rule.properties));

describe.skipIf(noBicep !== undefined)(
  'the access of operators to the network that the templates create',
  { timeout: 180_000 },
  () => {
    test('a network that only the app could enter is refused with its reason', async () => {
      for (const environment of ['environments/test', 'environments/prod'] as const)
        await expect(evaluate(environment, { OPERATOR_IP_RANGES: '' })).rejects.toThrow(
          /OPERATOR_IP_RANGES .* or JUMP_HOST_SSH_KEY/,
        );
      await evaluate('environments/dev', { OPERATOR_IP_RANGES: '' });
    });

    test("the bank's ranges reach the endpoints on 443 and nothing else; its hub is peered and resolves the names", async () => {
      const hub = '/subscriptions/x/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub';
      const resources = await evaluate('environments/prod', {
        OPERATOR_IP_RANGES: '198.51.100.0/28, 203.0.113.8/32',
        HUB_NETWORK_ID: hub,
      });
      const allowed = rulesOf(resources, '-endpoints').filter(({ access }) => access === 'Allow');
      expect(allowed.flatMap((rule) => rule.sourceAddressPrefixes ?? [])).toEqual([
        '198.51.100.0/28',
        '203.0.113.8/32',
      ]);
      expect(new Set(allowed.map((rule) => rule.destinationPortRange))).toEqual(new Set(['443']));
      const peering = one(resources, 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings').properties;
      expect(peering.remoteVirtualNetwork.id).toBe(hub);
      const linked = ofType(resources, 'Microsoft.Network/privateDnsZones/virtualNetworkLinks').filter(
        ({ properties }) => properties.virtualNetwork.id === hub,
      );
      expect(linked).toHaveLength(ofType(resources, 'Microsoft.Network/privateDnsZones').length);
      await expect(evaluate('environments/prod', { HUB_NETWORK_ID: hub, OPERATOR_IP_RANGES: '' })).rejects.toThrow(
        /OPERATOR_IP_RANGES/,
      );
    });

    test('a jump host has no public address, is reached only through Bastion, and has no rights', async () => {
      const resources = await evaluate('environments/test', {
        OPERATOR_IP_RANGES: '',
        JUMP_HOST_SSH_KEY: 'ssh-ed25519 AAAA example',
      });
      const { subnets } = one(resources, 'Microsoft.Network/virtualNetworks').properties;
      const prefixes = Object.fromEntries(
        subnets.map((subnet: Resource) => [subnet.name, subnet.properties.addressPrefix]),
      );
      expect(Object.keys(prefixes)).toEqual(['app', 'endpoints', 'AzureBastionSubnet', 'operators']);
      expect(new Set(Object.values(prefixes)).size).toBe(4);
      const card = one(resources, 'Microsoft.Network/networkInterfaces').properties.ipConfigurations[0].properties;
      expect(card).not.toHaveProperty('publicIPAddress');
      expect(card.subnet.id).toMatch(/\/subnets\/operators$/);
      const into = rulesOf(resources, '-operators').filter(({ direction }) => direction === 'Inbound');
      expect(into.filter(({ access }) => access === 'Allow')).toEqual([
        expect.objectContaining({
          sourceAddressPrefix: prefixes.AzureBastionSubnet,
          destinationPortRanges: ['22'],
        }),
      ]);
      expect(into.at(-1)).toMatchObject({ access: 'Deny', sourceAddressPrefix: '*' });
      const endpoints = rulesOf(resources, '-endpoints').flatMap((rule) => rule.sourceAddressPrefixes ?? []);
      expect(endpoints).toEqual([prefixes.operators]);
      const machine = one(resources, 'Microsoft.Compute/virtualMachines');
      expect(machine.properties.osProfile.linuxConfiguration.disablePasswordAuthentication).toBe(true);
      for (const { properties } of ofType(resources, 'Microsoft.Authorization/roleAssignments'))
        expect(String(properties.principalId)).not.toContain(machine.name);
      expect(one(resources, 'Microsoft.Compute/virtualMachines/extensions').name).toContain('AADSSHLoginForLinux');
    });
  },
);
