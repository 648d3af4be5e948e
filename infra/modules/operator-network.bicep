// The network security groups of the jump host's two subnets.

@description('Prefix of the network security groups\' names. The subnet\'s name follows it.')
param securityGroupPrefix string
@description('Region.')
param location string
@description('Tags of every resource.')
param tags { *: string }
@description('Address space of AzureBastionSubnet.')
param bastionPrefix string
@description('Address space of the machine\'s subnet.')
param operatorsPrefix string
@description('Workspace for the logs.')
param workspaceId string

@sealed()
type passage = {
  name: string
  direction: 'Inbound' | 'Outbound'
  from: string
  to: string
  ports: string[]
}

// The rules that Microsoft requires on AzureBastionSubnet. Bastion itself signs in each caller from the Internet.
var bastionPassages passage[] = [
  { name: 'https-in', direction: 'Inbound', from: 'Internet', to: '*', ports: ['443'] }
  { name: 'control-plane-in', direction: 'Inbound', from: 'GatewayManager', to: '*', ports: ['443'] }
  { name: 'probe-in', direction: 'Inbound', from: 'AzureLoadBalancer', to: '*', ports: ['443'] }
  { name: 'own-in', direction: 'Inbound', from: 'VirtualNetwork', to: 'VirtualNetwork', ports: ['8080', '5701'] }
  { name: 'ssh-out', direction: 'Outbound', from: '*', to: operatorsPrefix, ports: ['22'] }
  { name: 'cloud-out', direction: 'Outbound', from: '*', to: 'AzureCloud', ports: ['443'] }
  { name: 'own-out', direction: 'Outbound', from: 'VirtualNetwork', to: 'VirtualNetwork', ports: ['8080', '5701'] }
  { name: 'sessions-out', direction: 'Outbound', from: '*', to: 'Internet', ports: ['80'] }
]
var operatorPassages passage[] = [
  { name: 'ssh-from-bastion', direction: 'Inbound', from: bastionPrefix, to: '*', ports: ['22'] }
]
var groups = [
  { name: 'bastion', passages: bastionPassages, closed: ['Inbound', 'Outbound'] }
  { name: 'operators', passages: operatorPassages, closed: ['Inbound'] }
]

resource securityGroups 'Microsoft.Network/networkSecurityGroups@2025-09-01' = [
  for group in groups: {
    name: '${securityGroupPrefix}-${group.name}'
    location: location
    tags: tags
    properties: {
      securityRules: concat(
        map(range(0, length(group.passages)), index => {
          name: group.passages[index].name
          properties: {
            access: 'Allow'
            direction: group.passages[index].direction
            priority: 100 + index
            protocol: '*'
            sourceAddressPrefix: group.passages[index].from
            sourcePortRange: '*'
            destinationAddressPrefix: group.passages[index].to
            destinationPortRanges: group.passages[index].ports
          }
        }),
        map(group.closed, direction => {
          name: 'nothing-else-${toLower(direction)}'
          properties: {
            access: 'Deny'
            direction: direction
            priority: 4096
            protocol: '*'
            sourceAddressPrefix: '*'
            sourcePortRange: '*'
            destinationAddressPrefix: '*'
            destinationPortRange: '*'
          }
        })
      )
    }
  }
]

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = [
  for (group, index) in groups: {
    scope: securityGroups[index]
    name: 'events'
    properties: {
      workspaceId: workspaceId
      logs: [{ categoryGroup: 'allLogs', enabled: true }]
    }
  }
]

@description('Id of the network security group of AzureBastionSubnet.')
output bastionGroupId string = securityGroups[0].id
@description('Id of the network security group of the machine\'s subnet.')
output operatorsGroupId string = securityGroups[1].id
