// The minimum of a warm look-up, for comparison: it verifies the same token and reads one row of the same table.
import { TableClient } from '@azure/data-tables';
import { app } from '@azure/functions';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const [bank] = JSON.parse(process.env.BANKS || '[]') as { identityProvider: Record<string, string> }[];
const { issuer = '', audience = '', jwksUri = 'http://127.0.0.1' } = bank?.identityProvider ?? {};
const keys = createRemoteJWKSet(new URL(jwksUri));
const table = TableClient.fromConnectionString(process.env.STATE_TABLE_CONNECTION_STRING ?? '', 'sessions', {
  allowInsecureConnection: true,
});

app.http('bare', {
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: async (request) => {
    const token = (request.headers.get('authorization') ?? '').slice('Bearer '.length);
    await jwtVerify(token, keys, { issuer, audience });
    const row = await table.getEntity(process.env.BENCH_PARTITION_KEY ?? '', 'session');
    return { jsonBody: { length: String(row.doc).length } };
  },
});
