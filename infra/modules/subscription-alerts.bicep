// What happens above the resource group and reaches into it: roles of the whole subscription, and Azure's own incidents.

@description('Names of the alerts, before their own.')
param prefix string
@description('Tags of every resource.')
param tags { *: string }
@description('Off in environments where no one is on call.')
param enabled bool
@description('Who is notified; none: the alert shows in Azure Monitor only.')
param actionGroupIds string[]
@description('Where docs/runbook.md can be read.')
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
    description: 'A person or an app was given, or lost, a right on the whole subscription, and so on this app too. ${runbookUrl}#subscription-rights-changed'
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
    description: 'Azure reports an incident, a security notice or an action that is required. ${runbookUrl}#service-health'
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
