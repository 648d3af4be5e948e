/** Site configuration that Flex Consumption refuses (ARM 51021 on newer stamps) or ignores. */
export const refusedSiteConfig: readonly string[] = [
  'ftpsState',
  'linuxFxVersion',
  'netFrameworkVersion',
  'use32BitWorkerProcess',
  'preWarmedInstanceCount',
  'functionAppScaleLimit',
  'functionsRuntimeScaleMonitoringEnabled',
  'endToEndEncryptionEnabled',
  // Flex Consumption has no platform health check, so no probe would call the path.
  'healthCheckPath',
];

/** App settings that Flex Consumption refuses or ignores, and those that make the host discard its warm worker. */
export const refusedAppSettings: readonly string[] = [
  'FUNCTIONS_WORKER_RUNTIME',
  'FUNCTIONS_EXTENSION_VERSION',
  'FUNCTIONS_WORKER_PROCESS_COUNT',
  'WEBSITE_RUN_FROM_PACKAGE',
  'WEBSITE_CONTENTSHARE',
  'WEBSITE_CONTENTAZUREFILECONNECTIONSTRING',
  'WEBSITE_NODE_DEFAULT_VERSION',
  'WEBSITE_LOAD_CERTIFICATES',
  'WEBSITE_TIME_ZONE',
  'TZ',
  'SCM_DO_BUILD_DURING_DEPLOYMENT',
  'ENABLE_ORYX_BUILD',
  'WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT',
  'languageWorkers__node__arguments',
];
