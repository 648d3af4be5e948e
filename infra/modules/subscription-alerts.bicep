// Alerts about the subscription, for events that also affect the resource group: role assignments of the whole subscription, and Azure's
// own incidents.

@description('Prefix of the alerts\' names.')
param prefix string
@description('Tags of every resource.')
param tags { *: string }
@description('Off in environments where no one is on call.')
param enabled bool
@description('Action groups that are notified. None: the alert shows only in Azure Monitor.')
param actionGroupIds string[]
@description('URL at which docs/runbook.md can be read.')
param runbookUrl string

var actionGroups = map(range(0, length(actionGroupIds)), index => { actionGroupId: actionGroupIds[index] })
var operations = [
  'Microsoft.Authorization/roleAssignments/write'
  'Microsoft.Authorization/roleAssignments/delete'
  'Microsoft.Authorization/roleDefinitions/write'
  'Microsoft.Authorization/elevateAccess/action'
]

resource rights 'Microsoft.Insights/activityLogAlerts@2026-01-01' = {
  name: '${prefix}subscription-rights-changed'
  location: 'global'
  tags: tags
  properties: {
    description: 'A right on the whole subscription was given or removed. It covers this app too. ${runbookUrl}#subscription-rights-changed'
    enabled: enabled
    scopes: [subscription().id]
    condition: {
      allOf: [
        { field: 'category', equals: 'Administrative' }
        { field: 'status', equals: 'Succeeded' }
        { anyOf: map(operations, operation => { field: 'operationName', equals: operation }) }
      ]
    }
    actions: { actionGroups: actionGroups }
  }
}

resource health 'Microsoft.Insights/activityLogAlerts@2026-01-01' = {
  name: '${prefix}service-health'
  location: 'global'
  tags: tags
  properties: {
    description: 'Azure reports an incident, a security notice or a required action. ${runbookUrl}#service-health'
    enabled: enabled
    scopes: [subscription().id]
    condition: {
      allOf: [
        { field: 'category', equals: 'ServiceHealth' }
        { field: 'status', equals: 'Active' }
        {
          anyOf: map(['Incident', 'Security', 'ActionRequired'], kind => {
            field: 'properties.incidentType'
            equals: kind
          })
        }
      ]
    }
    actions: { actionGroups: actionGroups }
  }
}
