// An identity of the app, or of the export. User-assigned, so that its rights exist before the app starts and survive the app's
// replacement.

@description('Name of the identity.')
param name string
@description('Region.')
param location string
@description('Tags of every resource.')
param tags { *: string }
@description('CanNotDelete.')
param deleteLock bool

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

// A new identity of the same name is another one: every role would have to be taken away and given again.
resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (deleteLock) {
  scope: identity
  name: 'keep'
  properties: {
    level: 'CanNotDelete'
    notes: 'Remove by hand, on purpose, before anything here may be deleted.'
  }
}
