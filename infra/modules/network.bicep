// A network of our own, for banks that pass none in: a delegated subnet with a fixed egress address, one for private
// endpoints, and the private DNS zones.

@description('Name of the virtual network.')
param name string
@description('Name of the NAT gateway.')
param natGatewayName string
@description('Name of the public address that all egress has.')
param publicAddressName string
@description('Name of the network security groups, before the subnet\'s name.')
param securityGroupPrefix string
@description('Region.')
param location string
@description('Tags of every resource.')
param tags { *: string }
@description('Address space: the app and the endpoints take a /26 each, a jump host two more.')
param addressPrefix string
@description('Address ranges of the people and runners that may reach the private endpoints.')
param operatorIpRanges string[]
@description('The bank\'s hub, which this network is joined to and which resolves its names; empty: none.')
param hubNetworkId string
@description('Also the two subnets of a jump host.')
param withJumpHost bool
@description('Zone-redundant address. (The NAT gateway itself, Standard, stands in one zone: docs/deploy.md.)')
param zoneRedundant bool
@description('Private DNS zones to make and link.')
param dnsZoneNames string[]
@description('Workspace for the logs.')
param workspaceId string

var integrationPrefix = cidrSubnet(addressPrefix, 26, 0)
var bastionPrefix = withJumpHost ? cidrSubnet(addressPrefix, 26, 2) : ''
var operatorsPrefix = withJumpHost ? cidrSubnet(addressPrefix, 26, 3) : ''
// Without one of these, no one could make a secret, read the public key or rotate: the vault could not be finished.
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
        // The delegated subnet is for what the app calls; nothing calls it there.
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
        // The name that Bastion asks for.
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
            // What Flex Consumption asks for (and the provider Microsoft.App registered in the subscription).
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

// This network's half of the peering; the hub's half is the hub's to make (docs/deploy.md).
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

// The hub's machines find the private addresses by these.
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
