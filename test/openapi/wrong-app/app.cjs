// An app under our name that breaks the contract in the ways that observer.test.ts names.
'use strict';
const { app } = require('@azure/functions');
const { randomUUID } = require('node:crypto');

const headers = () => ({
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'access-control-expose-headers': 'Retry-After, X-Request-Id',
  'x-request-id': randomUUID(),
});
const answers = (name, route, answer) =>
  app.http(name, { route, methods: ['GET'], authLevel: 'anonymous', handler: async () => answer() });

answers('live', 'health/live', () => ({ headers: headers(), jsonBody: { status: 'live' } }));
answers('wrong-body', 'saldo', () => ({ headers: headers(), jsonBody: { total: 5 } }));
answers('wrong-status', 'consents/log', () => ({ status: 418, headers: headers() }));
answers('no-header', 'health/ready', () => ({
  headers: { 'cache-control': 'no-store' },
  jsonBody: { status: 'ready' },
}));
answers('throws', 'consents/current', () => {
  throw new Error('on purpose');
});
