// The tables' pipeline as the SDK builds it: a new version that names its steps otherwise must be looked at.
import { TableClient } from '@azure/data-tables';
import { expect, test } from 'vitest';
import { pareDown } from '../../../shared/storage/table-pipeline.ts';

const connectionString =
  'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YWE=;TableEndpoint=http://127.0.0.1:1/a;';
const stepsOf = (client: TableClient) => client.pipeline.getOrderedPolicies().map(({ name }) => name);

test('what is left of it is what makes a request one of Table Storage', () => {
  const client = TableClient.fromConnectionString(connectionString, 'sessions', { allowInsecureConnection: true });
  const before = stepsOf(client);
  pareDown(client.pipeline);
  expect(stepsOf(client).sort()).toEqual([
    'deserializationPolicy',
    'serializationPolicy',
    'setClientRequestIdPolicy',
    'tablesNamedKeyCredentialPolicy',
    'tracingPolicy',
    'userAgentPolicy',
  ]);
  expect(before).toHaveLength(14);
});

test('with an identity the credential stays', () => {
  const credential = { getToken: async () => ({ token: 't', expiresOnTimestamp: Date.now() + 60_000 }) };
  const client = new TableClient('https://a.table.core.windows.net', 'sessions', credential);
  pareDown(client.pipeline);
  expect(stepsOf(client)).toContain('bearerTokenAuthenticationPolicy');
});
