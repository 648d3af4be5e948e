// Hello world on `@azure/functions` alone.
import { app } from '@azure/functions';

app.http('hello', {
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: async () => ({ jsonBody: { hello: 'world' } }),
});
