// A day without a whole export is a day that a loss would take with it.

@description('Names of the alerts, before their own.')
param prefix string
@description('Region.')
param location string
@description('Tags of every resource.')
param tags { *: string }
@description('Off in environments where no one is on call.')
param enabled bool
@description('Workspace that holds the telemetry.')
param workspaceId string
@description('Id of the component, as the query language writes it.')
param componentLiteral string
@description('Who is notified; none: the alert shows in Azure Monitor only.')
param actionGroupIds string[]
@description('Where docs/runbook.md can be read.')
param runbookUrl string

// A run succeeds only when the manifest, which is written last, has been written.
var query = 'AppRequests\n| where _ResourceId =~ ${componentLiteral}\n| where TimeGenerated > ago(26h) and Name == "export-consents" and Success == true\n| summarize exports = count()\n| where exports == 0'

resource missed 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: '${prefix}export-missed'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Saldo studielån: The consents were not exported.'
    description: 'No export of the consents became whole in 26 hours: a loss of the tables would take more than a day with it. ${runbookUrl}#export-missed'
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
