using '../main.bicep'
extends '../main.bicepparam'
import { profiles } from 'profiles.bicep'

param environmentKind = 'prod'
param profile = profiles.prod
