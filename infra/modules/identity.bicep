// The app's only identity. User-assigned, so that its rights exist before the app starts and survive the app's replacement.

@description('Name of the identity.')
param name string
@description('Region.')
param location string
@description('Tags of every resource.')
param tags { *: string }

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}
