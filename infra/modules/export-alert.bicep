// The alert that no complete export was written for a day. If the table were lost then, the changes of that day would be lost too.

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
@description('Id of the Application Insights component, as a literal of the query language.')
param componentLiteral string
@description('Action groups that are notified. None: the alert shows only in Azure Monitor.')
param actionGroupIds string[]
@description('URL at which docs/runbook.md can be read.')
param runbookUrl string

// A run writes its manifest last, and succeeds only if the manifest is written.
var query = 'AppRequests\n| where _ResourceId =~ ${componentLiteral}\n| where TimeGenerated > ago(26h) and Name == "export-consents" and Success == true\n| summarize exports = count()\n| where exports == 0'

resource missed 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: '${prefix}export-missed'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Saldo studielån: The consents were not exported.'
    description: 'No export of the consents was complete for 26 hours. A loss of the tables would cost more than a day\'s consents. ${runbookUrl}#export-missed'
    severity: 2
    enabled: enabled
    scopes: [workspaceId]
    evaluationFrequency: 'PT1H'
    windowSize: 'P2D'
    autoMitigate: true
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: query
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { minFailingPeriodsToAlert: 1, numberOfEvaluationPeriods: 1 }
        }
      ]
    }
    actions: {
      actionGroups: actionGroupIds
      customProperties: { runbook: '${runbookUrl}#export-missed' }
    }
  }
}
