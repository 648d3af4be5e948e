/** The required settings only; every policy number has its default. */
export const exampleEnvironment: Record<string, string> = {
  PUBLIC_BASE_URL: 'https://api.bank.example',
  BANKS: JSON.stringify([
    {
      organisationNumber: '310000019',
      name: 'Eksempelbanken',
      allowedReturnUrls: ['https://bank.example/'],
      defaultReturnUrl: 'https://bank.example/',
      identityProvider: {
        issuer: 'https://login.bank.example',
        audience: 'studielan-api',
        jwksUri: 'https://login.bank.example/jwks',
      },
    },
  ]),
  MASKINPORTEN_ISSUER: 'https://maskinporten.example',
  MASKINPORTEN_CLIENT_ID: 'client',
  MASKINPORTEN_KEY_ID: 'https://vault.example/keys/maskinporten/1',
  MASKINPORTEN_KID: 'kid',
  ALTINN_BASE_URL: 'https://platform.altinn.example',
  ALTINN_CONSENT_RESOURCE_ID: 'resource',
  LANEKASSEN_BASE_URL: 'https://lanekassen.example',
  LANEKASSEN_API_KEY: 'key',
  STATE_TABLE_ENDPOINT: 'https://state.example',
  PERSON_KEY_SECRET: Buffer.alloc(32, 1).toString('base64'),
  SESSION_KEY_SECRET: Buffer.alloc(32, 2).toString('base64'),
};
