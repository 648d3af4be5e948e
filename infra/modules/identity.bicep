// The identity of the app, or of the export. It is user-assigned, so that its roles exist before the app starts, and remain when the app is
// replaced.

@description('Name of the identity.')
param name string
@description('Region.')
param location string
@description('Tags of every resource.')
param tags { *: string }
@description('Sets a CanNotDelete lock.')
param deleteLock bool

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

// A new identity with the same name is another identity: every role would have to be removed and assigned again.
resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (deleteLock) {
  scope: identity
  name: 'keep'
  properties: {
    level: 'CanNotDelete'
    notes: 'Remove by hand, on purpose, before anything here may be deleted.'
  }
}
