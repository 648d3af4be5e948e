// The record of the values that the environment was provisioned with. It creates nothing. The deployment itself is the record: the
// preprovision hook reads its parameters. No parameter is secret, because a secret is only named here.

@description('Each value as it was given.')
param values { *: string }

@description('The names that had a value.')
output given string[] = map(filter(items(values), item => !empty(item.value)), item => item.key)
