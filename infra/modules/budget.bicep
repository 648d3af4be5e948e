// The monthly budget of the resource group. It notifies when 75 % or 100 % of the amount is spent, and when 100 % is forecast. A budget
// does not stop anything. It also notices unusually much telemetry where the workspace has no daily cap.

import { monthlyBudget } from '../environments/types.bicep'

@description('Name of the budget.')
param name string
@description('The amount, and the month in which it begins.')
param budget monthlyBudget
@description('Action groups that are notified. None: the budget shows only in Cost Management.')
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
