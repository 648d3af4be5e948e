import type { Tables } from './kusto.ts';

const everyTable = 'TimeGenerated: datetime, _ResourceId: string, Type: string';
const application = `${everyTable}, AppRoleName: string, AppRoleInstance: string, AppVersion: string, OperationId: string, OperationName: string, Properties: dynamic, ItemCount: int`;

/**
 * The tables of a Log Analytics workspace that queries may read, with the columns they may use: Microsoft's own reference
 * (https://learn.microsoft.com/azure/azure-monitor/reference/tables-index), no more of it than is needed, so that what a query
 * begins to use is looked up first.
 */
export const workspaceTables: Tables = {
  AppRequests: `${application}, Id: string, Name: string, Url: string, Success: bool, ResultCode: string, DurationMs: real`,
  AppEvents: `${application}, Name: string, Measurements: dynamic`,
  AppMetrics: `${application}, Name: string, Sum: real, Min: real, Max: real`,
  AppExceptions: `${application}, ExceptionType: string, ProblemId: string, SeverityLevel: int`,
  AZKVAuditLogs: `${everyTable}, OperationName: string, HttpStatusCode: int, ResultSignature: string, ResultType: string, DurationMs: long, Identity: dynamic, CorrelationId: string`,
  StorageTableLogs: `${everyTable}, OperationName: string, StatusCode: string, StatusText: string, DurationMs: real, ServerLatencyMs: real, AuthenticationType: string, RequesterObjectId: string`,
  StorageBlobLogs: `${everyTable}, OperationName: string, StatusCode: string, StatusText: string, ObjectKey: string, RequesterObjectId: string, AuthenticationType: string`,
  AzureMetrics: `${everyTable}, MetricName: string, Total: real, Count: real, Average: real, Maximum: real, Minimum: real, TimeGrain: string, Resource: string`,
  Usage:
    'TimeGenerated: datetime, DataType: string, IsBillable: bool, Quantity: real, QuantityUnit: string, Solution: string',
  _LogOperation: `${everyTable}, Category: string, Operation: string, Level: string, Detail: string`,
};

/** Azure Resource Graph, which is asked in the same language: alerts that are open. */
export const resourceGraphTables: Tables = {
  alertsmanagementresources:
    'id: string, name: string, type: string, resourceGroup: string, subscriptionId: string, properties: dynamic',
};
