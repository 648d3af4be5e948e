// What the environment was provisioned with. It makes nothing: the deployment itself is the record, and the preprovision hook
// reads its parameters. Nothing secret is among them: secrets are names here.

@description('Every value as it was given.')
param values { *: string }

@description('The names that had a value.')
output given string[] = map(filter(items(values), item => !empty(item.value)), item => item.key)
