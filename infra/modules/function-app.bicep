// The app on the plan Flex Consumption. Its settings are in app-settings.bicep.

import { environmentProfile } from '../environments/types.bicep'

@description('Name of the app.')
param name string
@description('Name of its plan.')
param planName string
@description('Region.')
param location string
@description('Tags of every resource.')
param tags { *: string }
@description('The environment.')
param profile environmentProfile
@description('Major version of Node.')
param nodeVersion '24' | '22'
@description('The app accepts only calls that come through a Front Door profile.')
param behindFrontDoor bool
@description('The frontDoorId of that profile.')
param frontDoorId string
@description('Name of the app\'s identity.')
param identityName string
@description('Name of the identity that exports the consents.')
param exportIdentityName string
@description('Name of the storage account that has the deployment package.')
param hostStorageName string
@description('Name of the container that has the deployment package.')
param packageContainerName string
@description('Id of the delegated subnet. Empty: the app is in no network.')
param subnetId string
@description('Reachable from the Internet. It is off only with a private endpoint; then customers\' browsers need another way to the callback.')
param publicAccess bool
@description('Origins whose scripts may call the app (CORS).')
param corsAllowedOrigins string[]
@description('Address ranges (CIDR) that may call the app. None: all.')
param allowedIpRanges string[]
@description('Address ranges (CIDR) that may deploy. None: all. Each deployment needs an Entra ID token in any case.')
param allowedDeployIpRanges string[]
@description('Workspace for the logs.')
param workspaceId string

@sealed()
type ipRule = {
  name: string
  action: 'Allow'
  ipAddress: string
  priority: int
}

// All Front Door profiles share the same addresses. The header says which profile a call came through.
var frontDoorRules = !behindFrontDoor
  ? []
  : [
      {
        name: 'front-door'
        action: 'Allow'
        tag: 'ServiceTag'
        ipAddress: 'AzureFrontDoor.Backend'
        priority: 50
        headers: { 'x-azure-fdid': [frontDoorId] }
      }
    ]

func restriction(range string, index int) ipRule => {
  name: 'range-${index}'
  action: 'Allow'
  ipAddress: range
  priority: 100 + index
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource exportIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: exportIdentityName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: {
    reserved: true
    zoneRedundant: profile.zoneRedundant
  }
}

resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  // azd finds the app that it deploys to by this tag.
  tags: { ...tags, 'azd-service-name': 'api' }
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {}, '${exportIdentity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    keyVaultReferenceIdentity: identity.id
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    ...(empty(subnetId)
      ? {}
      : {
          virtualNetworkSubnetId: subnetId
          outboundVnetRouting: { allTraffic: true }
        })
    #disable-next-line BCP037 // siteUpdateStrategy is documented for this API version and missing from its types.
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: 'https://${hostStorageName}.blob.${environment().suffixes.storage}/${packageContainerName}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: { name: 'node', version: nodeVersion }
      scaleAndConcurrency: {
        instanceMemoryMB: profile.instanceMemoryMB
        maximumInstanceCount: profile.maximumInstances
        alwaysReady: profile.alwaysReadyHttpInstances == 0
          ? []
          : [{ name: 'http', instanceCount: profile.alwaysReadyHttpInstances }]
        triggers: {
          http: { perInstanceConcurrency: profile.httpConcurrencyPerInstance }
        }
      }
      ...(profile.rollingUpdate ? { siteUpdateStrategy: { type: 'RollingUpdate' } } : {})
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      cors: {
        allowedOrigins: corsAllowedOrigins
        supportCredentials: false
      }
      ipSecurityRestrictionsDefaultAction: empty(allowedIpRanges) && !behindFrontDoor ? 'Allow' : 'Deny'
      ipSecurityRestrictions: concat(
        frontDoorRules,
        map(range(0, length(allowedIpRanges)), i => restriction(allowedIpRanges[i], i))
      )
      scmIpSecurityRestrictionsUseMain: false
      scmIpSecurityRestrictionsDefaultAction: empty(allowedDeployIpRanges) ? 'Allow' : 'Deny'
      scmIpSecurityRestrictions: map(
        range(0, length(allowedDeployIpRanges)),
        i => restriction(allowedDeployIpRanges[i], i)
      )
    }
  }
}

// Passwords for deployment are off. A deployment needs an Entra ID token.
resource noFtpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: site
  name: 'ftp'
  properties: { allow: false }
}

resource noScmPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: site
  name: 'scm'
  properties: { allow: false }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: site
  name: 'host'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}
