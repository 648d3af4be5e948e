// Front Door in front of the app, with a rate limit for each caller's address. The tier premium also has Microsoft's managed rules
// (docs/in-front.md). Queries and addresses are scrubbed from its logs: the callback's query is a secret, an address is personal data.

@description('Name of the profile.')
param name string
@description('Name of the firewall policy. Only letters and digits.')
param policyName string
@description('Tags of every resource.')
param tags { *: string }
@description('standard or premium. Only premium has the managed rules.')
param tier 'standard' | 'premium'
@description('Calls that one address may make in a minute.')
param callsPerMinute int
@description('Name of the app.')
param siteName string
@description('The bank\'s domain that customers call. Empty: the address that Front Door creates.')
param customHost string
@description('Workspace for the logs.')
param workspaceId string

var sku = tier == 'premium' ? 'Premium_AzureFrontDoor' : 'Standard_AzureFrontDoor'
var siteHost = '${siteName}.azurewebsites.net'
var scrubbed = map(['QueryStringArgNames', 'RequestIPAddress'], variable => {
  matchVariable: variable
  selectorMatchOperator: 'EqualsAny'
  state: 'Enabled'
})

resource profile 'Microsoft.Cdn/profiles@2025-06-01' = {
  name: name
  location: 'global'
  tags: tags
  sku: { name: sku }
  properties: {
    // The shortest timeout that Front Door accepts. The app answers a call within eight seconds (REQUEST_DEADLINE_MS).
    originResponseTimeoutSeconds: 16
    logScrubbing: { state: 'Enabled', scrubbingRules: scrubbed }
  }
}

resource endpoint 'Microsoft.Cdn/profiles/afdEndpoints@2025-06-01' = {
  parent: profile
  name: name
  location: 'global'
  tags: tags
  properties: { enabledState: 'Enabled' }
}

resource originGroup 'Microsoft.Cdn/profiles/originGroups@2025-06-01' = {
  parent: profile
  name: 'app'
  properties: {
    loadBalancingSettings: { sampleSize: 4, successfulSamplesRequired: 3, additionalLatencyInMilliseconds: 50 }
    healthProbeSettings: {
      probePath: '/api/health/ready'
      probeProtocol: 'Https'
      probeRequestType: 'GET'
      probeIntervalInSeconds: 240
    }
    sessionAffinityState: 'Disabled'
  }
}

resource origin 'Microsoft.Cdn/profiles/originGroups/origins@2025-06-01' = {
  parent: originGroup
  name: 'app'
  properties: {
    hostName: siteHost
    originHostHeader: siteHost
    httpsPort: 443
    enforceCertificateNameCheck: true
    enabledState: 'Enabled'
  }
}

// Front Door serves the domain as soon as its DNS record proves who owns it. The deployment does not wait for that.
resource domain 'Microsoft.Cdn/profiles/customDomains@2025-06-01' = if (!empty(customHost)) {
  parent: profile
  name: empty(customHost) ? 'none' : replace(customHost, '.', '-')
  properties: {
    hostName: customHost
    tlsSettings: { certificateType: 'ManagedCertificate', minimumTlsVersion: 'TLS12' }
  }
}

resource route 'Microsoft.Cdn/profiles/afdEndpoints/routes@2025-06-01' = {
  parent: endpoint
  name: 'api'
  properties: {
    originGroup: { id: originGroup.id }
    customDomains: empty(customHost) ? [] : [{ id: domain.id }]
    linkToDefaultDomain: 'Enabled'
    patternsToMatch: ['/api/*']
    supportedProtocols: ['Https']
    httpsRedirect: 'Disabled'
    // No cacheConfiguration: each answer belongs to one customer.
    forwardingProtocol: 'HttpsOnly'
  }
  dependsOn: [origin]
}

resource policy 'Microsoft.Network/FrontDoorWebApplicationFirewallPolicies@2025-03-01' = {
  name: policyName
  location: 'global'
  tags: tags
  sku: { name: sku }
  properties: {
    policySettings: {
      enabledState: 'Enabled'
      mode: 'Prevention'
      customBlockResponseStatusCode: 429
      requestBodyCheck: 'Enabled'
      logScrubbing: { state: 'Enabled', scrubbingRules: scrubbed }
    }
    customRules: {
      rules: [
        {
          name: 'CallsOfOneAddress'
          priority: 100
          ruleType: 'RateLimitRule'
          action: 'Block'
          rateLimitDurationInMinutes: 1
          rateLimitThreshold: callsPerMinute
          groupBy: [{ variableName: 'SocketAddr' }]
          matchConditions: [{ matchVariable: 'RequestUri', operator: 'Any', matchValue: [] }]
        }
      ]
    }
    managedRules: {
      managedRuleSets: tier == 'premium'
        ? [
            { ruleSetType: 'Microsoft_DefaultRuleSet', ruleSetVersion: '2.1', ruleSetAction: 'Block' }
            { ruleSetType: 'Microsoft_BotManagerRuleSet', ruleSetVersion: '1.1' }
          ]
        : []
    }
  }
}

resource security 'Microsoft.Cdn/profiles/securityPolicies@2025-06-01' = {
  parent: profile
  name: 'firewall'
  properties: {
    parameters: {
      type: 'WebApplicationFirewall'
      wafPolicy: { id: policy.id }
      associations: [
        {
          domains: concat([{ id: endpoint.id }], empty(customHost) ? [] : [{ id: domain.id }])
          patternsToMatch: ['/*']
        }
      ]
    }
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: profile
  name: 'calls'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

@description('The value of the header X-Azure-FDID in calls that come through this profile.')
output frontDoorId string = profile.properties.frontDoorId
@description('The address that Front Door creates.')
output hostName string = endpoint.properties.hostName
