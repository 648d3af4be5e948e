using '../main.bicep'
extends '../main.bicepparam'
import { profiles } from 'profiles.bicep'

param environmentKind = 'dev'
param profile = profiles.dev
