// The least that a warm look-up could be: verifies the same token and reads one row of the same table.
import { TableClient } from '@azure/data-tables';
import { app } from '@azure/functions';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const { PERSON_TOKEN_ISSUER = '', PERSON_TOKEN_AUDIENCE = '', PERSON_TOKEN_JWKS_URI = '' } = process.env;
const keys = createRemoteJWKSet(new URL(PERSON_TOKEN_JWKS_URI || 'http://127.0.0.1'));
const table = TableClient.fromConnectionString(process.env.STATE_TABLE_CONNECTION_STRING ?? '', 'sessions', {
  allowInsecureConnection: true,
});

app.http('bare', {
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: async (request) => {
    const token = (request.headers.get('authorization') ?? '').slice('Bearer '.length);
    await jwtVerify(token, keys, { issuer: PERSON_TOKEN_ISSUER, audience: PERSON_TOKEN_AUDIENCE });
    const row = await table.getEntity(process.env.BENCH_PARTITION_KEY ?? '', 'session');
    return { jsonBody: { length: String(row.doc).length } };
  },
});
