import * as z from 'zod';
import { origin } from './kinds.ts';
import { setting } from './setting.ts';

/** The address of the app, and the banks that it serves. */
export const addresses = {
  PUBLIC_BASE_URL: setting(origin, {
    words: 'The address of this app, to which Altinn sends the browser back: scheme and host, without /api.',
    example: 'http://127.0.0.1:7071',
    source: 'template',
  }),
  // What is in it has a schema of its own (`bank/bank-schema.ts`).
  BANKS: setting(z.string().optional(), {
    words:
      'The banks that the app serves, as a JSON list (docs/contracts/interface.md, "Banks"). If it is not set, the app reads the list from the file banks.json beside it.',
    example: JSON.stringify([
      {
        organisationNumber: '310000019',
        name: 'Eksempelbanken ASA',
        allowedReturnUrls: ['http://127.0.0.1:3000/', 'mybank://studielan'],
        defaultReturnUrl: 'http://127.0.0.1:3000/',
        identityProvider: {
          issuer: 'http://127.0.0.1:7105',
          audience: 'studielan-api',
          jwksUri: 'http://127.0.0.1:7105/jwks',
        },
      },
    ]),
    source: 'template',
  }),
};
