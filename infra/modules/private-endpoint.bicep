// A private endpoint of one resource.

@description('Name of the private endpoint.')
param name string
@description('Region.')
param location string
@description('Tags of every resource.')
param tags { *: string }
@description('Id of the endpoint\'s subnet.')
param subnetId string
@description('Id of the resource that the endpoint leads to.')
param targetId string
@description('The part of the resource: vault, table, blob or sites.')
param groupId 'vault' | 'table' | 'blob' | 'sites'
@description('Id of the private DNS zone. Empty: a policy of the bank\'s landing zone makes the DNS record.')
param dnsZoneId string

resource endpoint 'Microsoft.Network/privateEndpoints@2025-09-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    customNetworkInterfaceName: '${name}-nic'
    privateLinkServiceConnections: [
      {
        name: groupId
        properties: {
          privateLinkServiceId: targetId
          groupIds: [groupId]
        }
      }
    ]
  }
}

resource zoneGroup 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-09-01' = if (!empty(dnsZoneId)) {
  parent: endpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      {
        name: groupId
        properties: { privateDnsZoneId: dnsZoneId }
      }
    ]
  }
}
