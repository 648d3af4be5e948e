using '../main.bicep'
extends '../main.bicepparam'
import { profiles } from 'profiles.bicep'

param environmentKind = 'test'
param profile = profiles.test
