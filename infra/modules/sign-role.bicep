// A role that can only sign. It has a module of its own, which is deployed before the vault and the logs: Azure may not know a new role yet
// when it is assigned within seconds.

@description('Name of the role definition: a GUID.')
param name string
@description('Display name of the role.')
param roleName string

// The built-in role Crypto User would also let the app decrypt, unwrap, update and back up.
resource signRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: name
  properties: {
    roleName: roleName
    description: 'Read the public half of a key and sign with it.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: []
        notActions: []
        dataActions: [
          'Microsoft.KeyVault/vaults/keys/read'
          'Microsoft.KeyVault/vaults/keys/sign/action'
        ]
        notDataActions: []
      }
    ]
  }
}
