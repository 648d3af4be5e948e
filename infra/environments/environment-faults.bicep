// The faults of the values that depend on the kind of environment. values.bicep finds those that are the same in all.

import { bankNoticesOf } from '../monitoring/notices.bicep'
import { inputs } from 'read-values.bicep'
import { environmentProfile } from 'types.bicep'
import { isActionGroupId, isOrigin } from 'values.bicep'

@export()
@description('Whether this template creates the network.')
func makesNetworkOf(profile environmentProfile, read inputs) bool =>
  profile.networkIsolation && empty(read.network.integrationSubnetId)

// Secrets that settings would refer to, although no earlier provision gave the app a role on them.
func secretsWithoutRole(read inputs) string[] =>
  filter(
    map(items(read.vaultEntries), entry => entry.value),
    name => !empty(name) && !contains(read.secretsReadable, name)
  )

@export()
@description('The faults of the values in this kind of environment, each in a sentence. None: they can be used.')
func environmentFaultsOf(environmentKind string, profile environmentProfile, read inputs) string[] =>
  filter(
    [
      makesNetworkOf(profile, read) && empty(read.operators.ipRanges) && empty(read.operators.jumpHostSshKey)
        ? 'Only the app could reach the vault: set OPERATOR_IP_RANGES (machines that are joined to the network) or JUMP_HOST_SSH_KEY (a jump host behind Bastion).'
        : ''
      read.sitePrivateEndpoint && !profile.networkIsolation
        ? 'SITE_PRIVATE_ENDPOINT needs the network of test or prod.'
        : ''
      environmentKind == 'prod' && empty(read.actionGroupIds) && !read.alertsTellNobody
        ? 'ACTION_GROUP_IDS is empty, so production\'s alerts would reach no one: set it, or ALERTS_TELL_NOBODY=true if that is intended.'
        : ''
      !empty(read.secretsReadable) && !empty(secretsWithoutRole(read))
        ? 'No earlier provision gave the app its right to the secrets ${join(secretsWithoutRole(read), ', ')}: set SECRETS_TO_COME to them, provision, and only then use their names.'
        : ''
      !empty(filter(read.corsAllowedOrigins, origin => !isOrigin(origin)))
        ? 'deployment.corsAllowedOrigins of a bank (BANKS) must name each origin as browsers send it (https://host in lower case, without a path or a default port), never *.'
        : ''
      !empty(filter(flatten(map(bankNoticesOf(read.banks), one => one.actionGroupIds)), id => !isActionGroupId(id)))
        ? 'deployment.actionGroupIds of a bank (BANKS) must be ids of action groups (/subscriptions/…/actionGroups/…).'
        : ''
      read.backupLocation == read.location ? 'BACKUP_LOCATION must be another region than AZURE_LOCATION.' : ''
    ],
    fault => !empty(fault)
  )
