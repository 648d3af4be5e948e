// The tables' pipeline as the SDK builds it. A new SDK version that names its steps differently must be checked.
import { TableClient } from '@azure/data-tables';
import { expect, test } from 'vitest';
import { removeLogStep } from '../../../shared/storage/open-tables.ts';

const connectionString =
  'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YWE=;TableEndpoint=http://127.0.0.1:1/a;';
const stepsOf = (client: TableClient) => client.pipeline.getOrderedPolicies().map(({ name }) => name);

test('the log step is removed, whichever way the client signs in, and no other step', () => {
  const credential = { getToken: async () => ({ token: 't', expiresOnTimestamp: Date.now() + 60_000 }) };
  for (const client of [
    TableClient.fromConnectionString(connectionString, 'sessions', { allowInsecureConnection: true }),
    new TableClient('https://a.table.core.windows.net', 'sessions', credential),
  ]) {
    const before = stepsOf(client);
    expect(before).toContain('logPolicy');
    removeLogStep(client.pipeline);
    expect(stepsOf(client)).toEqual(before.filter((name) => name !== 'logPolicy'));
  }
});
