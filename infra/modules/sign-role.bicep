// The role that signs and nothing else. Made by itself, before vault and logs: a role that is made and assigned within seconds may
// not be known yet where it is assigned.

@description('Name of the role definition: a GUID.')
param name string
@description('Name that people see.')
param roleName string

// Crypto User would also let the app decrypt, unwrap, update and back up.
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
