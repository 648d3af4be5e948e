import { bank } from '../environments/types.bicep'

@export()
@sealed()
@description('The action groups of one bank.')
type bankNotice = {
  organisationNumber: string
  actionGroupIds: string[]
}

@export()
@description('The banks that have action groups of their own.')
func bankNoticesOf(banks bank[]) bankNotice[] =>
  map(filter(banks, one => !empty(one.?deployment.?actionGroupIds ?? [])), one => {
    organisationNumber: one.organisationNumber
    actionGroupIds: one.?deployment.?actionGroupIds ?? []
  })
