// Sends the alerts that name a bank also to the bank's own action groups. Such an alert has the organisation number as a dimension
// (`splitBy` in alerts.json), and the dimensions of an alert are in its context.

import { bankNotice } from 'notices.bicep'

@description('Prefix of the alerts\' names.')
param prefix string
@description('Tags of every resource.')
param tags { *: string }
@description('Off in environments where no one is on call.')
param enabled bool
@description('Workspace that holds the telemetry. The alerts query it.')
param workspaceId string
@description('The banks that have action groups of their own.')
param notices bankNotice[]

resource rules 'Microsoft.AlertsManagement/actionRules@2021-08-08' = [
  for notice in notices: {
    name: '${prefix}notices-${notice.organisationNumber}'
    location: 'global'
    tags: tags
    properties: {
      description: 'Alerts of Saldo studielån that name the bank ${notice.organisationNumber}.'
      enabled: enabled
      scopes: [workspaceId]
      conditions: [
        // The workspace may be shared with other apps.
        { field: 'AlertRuleName', operator: 'Contains', values: [prefix] }
        { field: 'AlertContext', operator: 'Contains', values: [notice.organisationNumber] }
      ]
      actions: [{ actionType: 'AddActionGroups', actionGroupIds: notice.actionGroupIds }]
    }
  }
]
