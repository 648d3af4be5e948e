// The network for banks that pass no network in: a delegated subnet with a fixed egress address, a subnet for private endpoints, and the
// private DNS zones.

@description('Name of the virtual network.')
param name string
@description('Name of the NAT gateway.')
param natGatewayName string
@description('Name of the public address that all outgoing calls come from.')
param publicAddressName string
@description('Prefix of the network security groups\' names. The subnet\'s name follows it.')
param securityGroupPrefix string
@description('Region.')
param location string
@description('Tags of every resource.')
param tags { *: string }
@description('Address space of the network. The app and the endpoints take a /26 each, and a jump host takes two more.')
param addressPrefix string
@description('Address ranges of the people and runners that may reach the private endpoints.')
param operatorIpRanges string[]
@description('Id of the bank\'s hub network. It is peered with this network, and resolves its names. Empty: none.')
param hubNetworkId string
@description('Also creates the two subnets of a jump host.')
param withJumpHost bool
@description('Makes the public address zone-redundant. (The NAT gateway itself has the SKU Standard and is in one zone: docs/deploy.md.)')
param zoneRedundant bool
@description('Names of the private DNS zones that are created and linked.')
param dnsZoneNames string[]
@description('Workspace for the logs.')
param workspaceId string

var integrationPrefix = cidrSubnet(addressPrefix, 26, 0)
var bastionPrefix = withJumpHost ? cidrSubnet(addressPrefix, 26, 2) : ''
var operatorsPrefix = withJumpHost ? cidrSubnet(addressPrefix, 26, 3) : ''
// Operators need one of these to create a secret, read the public key or rotate a key. Without it the vault could not be set up.
var operatorSources = concat(operatorIpRanges, withJumpHost ? [operatorsPrefix] : [])

resource endpointsGroup 'Microsoft.Network/networkSecurityGroups@2025-09-01' = {
  name: '${securityGroupPrefix}-endpoints'
  location: location
  tags: tags
  properties: {
    securityRules: [
      {
        name: 'app-to-endpoints'
        properties: {
          access: 'Allow'
          direction: 'Inbound'
          priority: 100
          protocol: 'Tcp'
          sourceAddressPrefix: integrationPrefix
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '443'
        }
      }
      {
        name: 'operators-to-endpoints'
        properties: {
          access: 'Allow'
          direction: 'Inbound'
          priority: 200
          protocol: 'Tcp'
          sourceAddressPrefixes: operatorSources
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '443'
        }
      }
      {
        name: 'nothing-else'
        properties: {
          access: 'Deny'
          direction: 'Inbound'
          priority: 4096
          protocol: '*'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
    ]
  }
}

resource integrationGroup 'Microsoft.Network/networkSecurityGroups@2025-09-01' = {
  name: '${securityGroupPrefix}-app'
  location: location
  tags: tags
  properties: {
    securityRules: [
      {
        // The delegated subnet is only for the app's outgoing calls.
        name: 'no-inbound'
        properties: {
          access: 'Deny'
          direction: 'Inbound'
          priority: 4096
          protocol: '*'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
    ]
  }
}

resource publicAddress 'Microsoft.Network/publicIPAddresses@2025-09-01' = {
  name: publicAddressName
  location: location
  tags: tags
  sku: { name: 'Standard' }
  zones: zoneRedundant ? ['1', '2', '3'] : []
  properties: {
    publicIPAllocationMethod: 'Static'
    publicIPAddressVersion: 'IPv4'
  }
}

resource natGateway 'Microsoft.Network/natGateways@2025-09-01' = {
  name: natGatewayName
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: {
    idleTimeoutInMinutes: 4
    publicIpAddresses: [{ id: publicAddress.id }]
  }
}

module operatorGroups 'operator-network.bicep' = if (withJumpHost) {
  params: {
    securityGroupPrefix: securityGroupPrefix
    location: location
    tags: tags
    bastionPrefix: bastionPrefix
    operatorsPrefix: operatorsPrefix
    workspaceId: workspaceId
  }
}

var jumpHostSubnets = withJumpHost
  ? [
      {
        // Bastion requires this name.
        name: 'AzureBastionSubnet'
        properties: {
          addressPrefix: bastionPrefix
          networkSecurityGroup: { id: operatorGroups!.outputs.bastionGroupId }
          defaultOutboundAccess: false
        }
      }
      {
        name: 'operators'
        properties: {
          addressPrefix: operatorsPrefix
          natGateway: { id: natGateway.id }
          networkSecurityGroup: { id: operatorGroups!.outputs.operatorsGroupId }
          defaultOutboundAccess: false
        }
      }
    ]
  : []

resource network 'Microsoft.Network/virtualNetworks@2025-09-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: concat(
      [
        {
          name: 'app'
          properties: {
            addressPrefix: integrationPrefix
            // Flex Consumption requires this delegation (and the provider Microsoft.App, registered in the subscription).
            delegations: [
              {
                name: 'flex-consumption'
                properties: { serviceName: 'Microsoft.App/environments' }
              }
            ]
            natGateway: { id: natGateway.id }
            networkSecurityGroup: { id: integrationGroup.id }
            defaultOutboundAccess: false
          }
        }
        {
          name: 'endpoints'
          properties: {
            addressPrefix: cidrSubnet(addressPrefix, 26, 1)
            networkSecurityGroup: { id: endpointsGroup.id }
            privateEndpointNetworkPolicies: 'NetworkSecurityGroupEnabled'
            defaultOutboundAccess: false
          }
        }
      ],
      jumpHostSubnets
    )
  }
}

resource groupLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: integrationGroup
  name: 'events'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
  }
}

resource endpointsGroupLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: endpointsGroup
  name: 'events'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
  }
}

resource networkLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: network
  name: 'events'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

resource addressLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: publicAddress
  name: 'events'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

resource dnsZones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zoneName in dnsZoneNames: {
    name: zoneName
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zoneName, index) in dnsZoneNames: {
    parent: dnsZones[index]
    name: name
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: network.id }
    }
  }
]

// This network's half of the peering. The owner of the hub creates the other half (docs/deploy.md).
resource peering 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings@2025-09-01' = if (!empty(hubNetworkId)) {
  parent: network
  name: 'hub'
  properties: {
    remoteVirtualNetwork: { id: hubNetworkId }
    allowVirtualNetworkAccess: true
    allowForwardedTraffic: true
    allowGatewayTransit: false
    useRemoteGateways: false
  }
}

// With these links, machines in the hub resolve the private addresses.
resource hubLinks 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zoneName, index) in dnsZoneNames: if (!empty(hubNetworkId)) {
    parent: dnsZones[index]
    name: '${name}-hub'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: hubNetworkId }
    }
  }
]

@description('The address that Lånekassen, Altinn and Maskinporten see.')
output egressAddress string = publicAddress.properties.ipAddress
