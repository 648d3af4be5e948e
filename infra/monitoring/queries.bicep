// The queries of the workbook, the dashboard and the alerts. A complete query is: the values that it uses, the metrics and events of the app
// that it reads (views.json), then its own text. `npm run docs` writes views.json from shared/telemetry/; a test compares.

// Every file of queries/, by name. A test compares this list with the folder.
var files = {
  'alert-access-list': loadTextContent('queries/alert-access-list.kql')
  'alert-availability-burn': loadTextContent('queries/alert-availability-burn.kql')
  'alert-bank-fails': loadTextContent('queries/alert-bank-fails.kql')
  'alert-callbacks-refused': loadTextContent('queries/alert-callbacks-refused.kql')
  'alert-configuration': loadTextContent('queries/alert-configuration.kql')
  'alert-consents-refused': loadTextContent('queries/alert-consents-refused.kql')
  'alert-daily-cap': loadTextContent('queries/alert-daily-cap.kql')
  'alert-feed-stale': loadTextContent('queries/alert-feed-stale.kql')
  'alert-host-errors': loadTextContent('queries/alert-host-errors.kql')
  'alert-key-near-expiry': loadTextContent('queries/alert-key-near-expiry.kql')
  'alert-key-refused-by-maskinporten': loadTextContent('queries/alert-key-refused-by-maskinporten.kql')
  'alert-key-used-by-another': loadTextContent('queries/alert-key-used-by-another.kql')
  'alert-latency-burn': loadTextContent('queries/alert-latency-burn.kql')
  'alert-load-shed': loadTextContent('queries/alert-load-shed.kql')
  'alert-lookups-per-login': loadTextContent('queries/alert-lookups-per-login.kql')
  'alert-not-a-customer': loadTextContent('queries/alert-not-a-customer.kql')
  'alert-not-ready': loadTextContent('queries/alert-not-ready.kql')
  'alert-person-mismatch': loadTextContent('queries/alert-person-mismatch.kql')
  'alert-person-tokens-refused': loadTextContent('queries/alert-person-tokens-refused.kql')
  'alert-program': loadTextContent('queries/alert-program.kql')
  'alert-purge-missed': loadTextContent('queries/alert-purge-missed.kql')
  'alert-rows-overdue': loadTextContent('queries/alert-rows-overdue.kql')
  'alert-signatures-near-ceiling': loadTextContent('queries/alert-signatures-near-ceiling.kql')
  'alert-silent': loadTextContent('queries/alert-silent.kql')
  'alert-telemetry-dropped': loadTextContent('queries/alert-telemetry-dropped.kql')
  'alert-throttled': loadTextContent('queries/alert-throttled.kql')
  'alert-token-failures': loadTextContent('queries/alert-token-failures.kql')
  'alert-total-mismatch': loadTextContent('queries/alert-total-mismatch.kql')
  'alert-upstream-down': loadTextContent('queries/alert-upstream-down.kql')
  'alert-vault-refuses': loadTextContent('queries/alert-vault-refuses.kql')
  'bank-consents': loadTextContent('queries/bank-consents.kql')
  banks: loadTextContent('queries/banks.kql')
  breakers: loadTextContent('queries/breakers.kql')
  burn: loadTextContent('queries/burn.kql')
  'burn-over-time': loadTextContent('queries/burn-over-time.kql')
  caches: loadTextContent('queries/caches.kql')
  callbacks: loadTextContent('queries/callbacks.kql')
  'cold-warm': loadTextContent('queries/cold-warm.kql')
  'compute-cost': loadTextContent('queries/compute-cost.kql')
  'consent-ends': loadTextContent('queries/consent-ends.kql')
  'consent-funnel': loadTextContent('queries/consent-funnel.kql')
  'consent-time': loadTextContent('queries/consent-time.kql')
  denied: loadTextContent('queries/denied.kql')
  deployments: loadTextContent('queries/deployments.kql')
  duties: loadTextContent('queries/duties.kql')
  executions: loadTextContent('queries/executions.kql')
  feed: loadTextContent('queries/feed.kql')
  functions: loadTextContent('queries/functions.kql')
  instances: loadTextContent('queries/instances.kql')
  'key-days': loadTextContent('queries/key-days.kql')
  limiter: loadTextContent('queries/limiter.kql')
  'log-cost': loadTextContent('queries/log-cost.kql')
  mismatches: loadTextContent('queries/mismatches.kql')
  now: loadTextContent('queries/now.kql')
  objectives: loadTextContent('queries/objectives.kql')
  'open-alerts': loadTextContent('queries/open-alerts.kql')
  'program-alerts': loadTextContent('queries/program-alerts.kql')
  'refused-tokens': loadTextContent('queries/refused-tokens.kql')
  retention: loadTextContent('queries/retention.kql')
  signatures: loadTextContent('queries/signatures.kql')
  tables: loadTextContent('queries/tables.kql')
  throttling: loadTextContent('queries/throttling.kql')
  'upstream-errors': loadTextContent('queries/upstream-errors.kql')
  'upstream-latency': loadTextContent('queries/upstream-latency.kql')
  upstreams: loadTextContent('queries/upstreams.kql')
  'vault-callers': loadTextContent('queries/vault-callers.kql')
  'vault-refusals': loadTextContent('queries/vault-refusals.kql')
  'whose-fault': loadTextContent('queries/whose-fault.kql')
}

@export()
@description('Metrics and events as tables, by name.')
var views = loadJsonContent('views.json')

@export()
@description('The objectives (docs/slo.md), as values that queries use.')
var objectives { *: string } = loadJsonContent('objectives.json')

// A query over `judgedLookups` begins with the text that defines it.
@export()
@description('Every query of queries/, by name.')
var queries { *: string } = mapValues(
  files,
  text => contains(text, 'judgedLookups') ? '${loadTextContent('judged-lookups.kql')}${text}' : text
)

@export()
@description('A complete query: the values and views that its text names, then the text.')
func whole(text string, views { *: string }, values { *: string }) string =>
  join(
    concat(
      map(
        filter(items(values), value => contains(['component', 'onlyBank'], value.key) || contains(text, value.key)),
        value => 'let ${value.key} = ${value.value};'
      ),
      map(filter(items(views), view => contains(text, view.key)), view => view.value),
      [text]
    ),
    '\n'
  )
