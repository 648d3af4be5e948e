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
@description('Address space; the two subnets take the first two /26 of it.')
param addressPrefix string
@description('Zone-redundant address. (The NAT gateway itself, Standard, stands in one zone: docs/deploy.md.)')
param zoneRedundant bool
@description('Private DNS zones to make and link.')
param dnsZoneNames string[]
@description('Workspace for the logs.')
param workspaceId string

var integrationPrefix = cidrSubnet(addressPrefix, 26, 0)

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

resource network 'Microsoft.Network/virtualNetworks@2025-09-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
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
    ]
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

@description('The address that Lånekassen, Altinn and Maskinporten see.')
output egressAddress string = publicAddress.properties.ipAddress
