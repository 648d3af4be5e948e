// What the resource group may cost a month: told at three quarters and at the whole of what is spent, and when the whole is to
// be expected. A budget stops nothing. It is also what notices a flood of telemetry where the workspace has no cap.

import { monthlyBudget } from '../environments/types.bicep'

@description('Name of the budget.')
param name string
@description('How much, and from when.')
param budget monthlyBudget
@description('Who is notified; none: it shows in Cost Management only.')
param actionGroupIds string[]

resource monthly 'Microsoft.Consumption/budgets@2023-11-01' = {
  name: name
  properties: {
    category: 'Cost'
    amount: budget.amount
    timeGrain: 'Monthly'
    timePeriod: { startDate: budget.from }
    notifications: toObject(
      [
        { id: 'threeQuarters', kind: 'Actual', percent: 75 }
        { id: 'whole', kind: 'Actual', percent: 100 }
        { id: 'expected', kind: 'Forecasted', percent: 100 }
      ],
      notice => notice.id,
      notice => {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: notice.percent
        thresholdType: notice.kind
        contactEmails: []
        contactGroups: actionGroupIds
      }
    )
  }
}
