// The role by which the exporting identity reads the tables. It can change nothing in them.

@description('Name of the storage account that has consents and sessions.')
param accountName string
@description('Name of the exporting identity.')
param identityName string
@description('Id (GUID) of the built-in role.')
param roleId string

resource account 'Microsoft.Storage/storageAccounts@2026-04-01' existing = {
  name: accountName
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account
  name: guid(account.id, identity.id, roleId)
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
    description: 'The daily export reads the consents.'
  }
}
