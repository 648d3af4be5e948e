// A web test that calls the app every five minutes from several places, as its callers do. It checks the host name, the certificate, what is
// in front of the app, an instance and the tables.

@description('Name of the test.')
param name string
@description('Prefix of the alerts\' names.')
param alertPrefix string
@description('Region.')
param location string
@description('Tags of every resource.')
param tags { *: string }
@description('Off in environments where no one is on call.')
param enabled bool
@description('Name of the Application Insights component.')
param componentName string
@description('Name of the app.')
param siteName string
@description('The address that customers\' browsers call. Empty: the app\'s own.')
param publicBaseUrl string
@description('Action groups that are notified. None: the alert shows only in Azure Monitor.')
param actionGroupIds string[]
@description('URL at which docs/runbook.md can be read.')
param runbookUrl string

// The places, those near the customers first. A failure at one place alone makes no alert.
var places = ['emea-nl-ams-azr', 'emea-se-sto-edge', 'emea-gb-db3-azr', 'emea-fr-pra-edge', 'emea-ch-zrh-edge']

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource site 'Microsoft.Web/sites@2025-03-01' existing = {
  name: siteName
}

resource test 'Microsoft.Insights/webtests@2022-06-15' = {
  name: name
  location: location
  // The tag ties the test to its component.
  tags: { ...tags, 'hidden-link:${component.id}': 'Resource' }
  kind: 'standard'
  properties: {
    Name: 'Saldo studielån: ready'
    SyntheticMonitorId: name
    Kind: 'standard'
    Enabled: enabled
    Frequency: 300
    Timeout: 30
    RetryEnabled: true
    Locations: [for place in places: { Id: place }]
    Request: {
      RequestUrl: '${empty(publicBaseUrl) ? 'https://${site.properties.defaultHostName}' : publicBaseUrl}/api/health/ready'
      HttpVerb: 'GET'
      ParseDependentRequests: false
      FollowRedirects: false
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 14
    }
  }
}

resource alert 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${alertPrefix}not-reached'
  location: 'global'
  tags: tags
  properties: {
    description: 'The app cannot be reached from outside, or is not ready. Customers get no answer. First: call /api/health/ready yourself. ${runbookUrl}#not-reached'
    severity: 1
    enabled: enabled
    scopes: [test.id, component.id]
    evaluationFrequency: 'PT1M'
    windowSize: 'PT5M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: test.id
      componentId: component.id
      failedLocationCount: 2
    }
    actions: [
      for index in range(0, length(actionGroupIds)): {
        actionGroupId: actionGroupIds[index]
        webHookProperties: { runbook: '${runbookUrl}#not-reached' }
      }
    ]
  }
}
