// The alerts of alerts.json, each with a query that returns rows if something is wrong. Also two alerts over the activity log: changes of
// roles, and changes of the vault.

import { objectives, queries, views, whole } from 'queries.bicep'

@description('Prefix of the alerts\' names.')
param prefix string
@description('Region.')
param location string
@description('Tags of every resource.')
param tags { *: string }
@description('Off in environments where no one is on call.')
param enabled bool
@description('Workspace that holds the telemetry.')
param workspaceId string
@description('Ids and numbers that the queries use.')
param values { *: string }
@description('Name of the app\'s identity.')
param identityName string
@description('Action groups that are notified. None: the alert shows only in Azure Monitor.')
param actionGroupIds string[]
@description('URL at which docs/runbook.md can be read.')
param runbookUrl string

@sealed()
type alertRule = {
  id: string
  query: string
  title: string
  severity: int
  window: string
  every: string
  splitBy: string[]
  values: { *: string }
  consequence: string
  firstAction: string
}

var rules alertRule[] = loadJsonContent('alerts.json')

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for rule in rules: {
    name: '${prefix}${rule.id}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'Saldo studielån: ${rule.title}'
      description: '${rule.consequence} First: ${rule.firstAction} ${runbookUrl}#${rule.id}'
      severity: rule.severity
      enabled: enabled
      scopes: [workspaceId]
      evaluationFrequency: rule.every
      windowSize: rule.window
      autoMitigate: true
      // A new workspace has no table before its first row arrives.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: whole(queries[rule.query], views, {
              ...objectives
              onlyBank: '\'all\''
              ...values
              ...rule.values
              // Known only after the identity is created, so only the queries that use it wait for that.
              ...(contains(queries[rule.query], 'appPrincipal')
                ? { appPrincipal: '\'${identity.properties.principalId}\'' }
                : {})
            })
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            dimensions: [for column in rule.splitBy: { name: column, operator: 'Include', values: ['*'] }]
            failingPeriods: { minFailingPeriodsToAlert: 1, numberOfEvaluationPeriods: 1 }
          }
        ]
      }
      actions: {
        actionGroups: actionGroupIds
        customProperties: {
          runbook: '${runbookUrl}#${rule.id}'
          consequence: rule.consequence
          firstAction: rule.firstAction
        }
      }
    }
  }
]

@sealed()
type activityRule = { id: string, description: string, operations: string[] }

var activityRules activityRule[] = [
  {
    id: 'rights-changed'
    description: 'A right to a resource of Saldo studielån was given or removed, or a role was changed.'
    operations: [
      'Microsoft.Authorization/roleAssignments/write'
      'Microsoft.Authorization/roleAssignments/delete'
      'Microsoft.Authorization/roleDefinitions/write'
      'Microsoft.Authorization/locks/delete'
    ]
  }
  {
    id: 'vault-changed'
    description: 'The vault, its firewall or its audit log was changed, or the vault was deleted.'
    operations: [
      'Microsoft.KeyVault/vaults/write'
      'Microsoft.KeyVault/vaults/delete'
      'Microsoft.Insights/diagnosticSettings/write'
      'Microsoft.Insights/diagnosticSettings/delete'
    ]
  }
]

resource activityAlerts 'Microsoft.Insights/activityLogAlerts@2026-01-01' = [
  for rule in activityRules: {
    name: '${prefix}${rule.id}'
    location: 'global'
    tags: tags
    properties: {
      description: '${rule.description} ${runbookUrl}#${rule.id}'
      enabled: enabled
      scopes: [resourceGroup().id]
      condition: {
        allOf: [
          { field: 'category', equals: 'Administrative' }
          { field: 'status', equals: 'Succeeded' }
          {
            anyOf: map(rule.operations, operation => { field: 'operationName', equals: operation })
          }
        ]
      }
      actions: {
        actionGroups: [
          for index in range(0, length(actionGroupIds)): {
            actionGroupId: actionGroupIds[index]
            webhookProperties: { runbook: '${runbookUrl}#${rule.id}' }
          }
        ]
      }
    }
  }
]
