import { environmentProfile } from 'types.bicep'
import { standardSettings } from 'settings.bicep'

var testParties = {
  MASKINPORTEN_ISSUER: 'https://test.maskinporten.no'
  ALTINN_BASE_URL: 'https://platform.tt02.altinn.no'
  LANEKASSEN_BASE_URL: 'https://ekstern01.api.test.lanekassen.no'
}

@export()
@description('The three environments. If a bank needs another number, it changes the number here, for that environment only.')
var profiles {
  dev: environmentProfile
  test: environmentProfile
  prod: environmentProfile
} = {
  dev: {
    networkIsolation: false
    zoneRedundant: false
    deleteLocks: false
    instanceMemoryMB: 2048
    httpConcurrencyPerInstance: 16
    alwaysReadyHttpInstances: 0
    maximumInstances: 40
    frontDoorCallsPerMinute: 300
    rollingUpdate: false
    storageSku: 'Standard_LRS'
    exportRetentionDays: 7
    logRetentionDays: 30
    logDailyCapGb: 1
    alertsEnabled: false
    parties: testParties
    settings: standardSettings
  }
  test: {
    networkIsolation: true
    zoneRedundant: false
    deleteLocks: false
    instanceMemoryMB: 2048
    httpConcurrencyPerInstance: 16
    alwaysReadyHttpInstances: 1
    maximumInstances: 40
    frontDoorCallsPerMinute: 300
    rollingUpdate: false
    storageSku: 'Standard_ZRS'
    exportRetentionDays: 7
    logRetentionDays: 90
    logDailyCapGb: 5
    alertsEnabled: true
    parties: testParties
    settings: standardSettings
  }
  prod: {
    networkIsolation: true
    zoneRedundant: true
    deleteLocks: true
    instanceMemoryMB: 2048
    httpConcurrencyPerInstance: 16
    // Two is also the lowest number that the platform accepts with zone redundancy.
    alwaysReadyHttpInstances: 2
    maximumInstances: 100
    frontDoorCallsPerMinute: 300
    rollingUpdate: false
    storageSku: 'Standard_ZRS'
    exportRetentionDays: 35
    logRetentionDays: 365
    // No cap: after a cap is reached, the alerts get no data for the rest of the day.
    logDailyCapGb: -1
    alertsEnabled: true
    parties: {
      MASKINPORTEN_ISSUER: 'https://maskinporten.no'
      ALTINN_BASE_URL: 'https://platform.altinn.no'
      LANEKASSEN_BASE_URL: 'https://ekstern01.api.lanekassen.no'
    }
    settings: standardSettings
  }
}
