/**
 * The azd environment of a made-up bank. The checked-in snapshots are evaluated with it. It has every variable that has no default in
 * infra/main.bicepparam. No value is secret or real.
 */
export const exampleEnvironment: Readonly<Record<string, string>> = {
  AZURE_ENV_NAME: 'example',
  AZURE_LOCATION: 'norwayeast',
  BANKS: JSON.stringify([
    {
      organisationNumber: '974760673',
      name: 'Eksempelbanken',
      allowedReturnUrls: ['https://nettbank.example/studielan'],
      defaultReturnUrl: 'https://nettbank.example/studielan',
      identityProvider: {
        issuer: 'https://login.bank.example/',
        audience: 'saldo-studielan',
        jwksUri: 'https://login.bank.example/jwks',
      },
    },
  ]),
  MASKINPORTEN_CLIENT_ID: '11111111-2222-3333-4444-555555555555',
  MASKINPORTEN_KEY_VERSION: '0123456789abcdef0123456789abcdef',
  MASKINPORTEN_KEY_EXPIRES_ON: '2027-11-01',
  ALTINN_CONSENT_RESOURCE_ID: 'example-resource',
  CORS_ALLOWED_ORIGINS: 'https://nettbank.example',
  SECRETS_CREATED: 'true',
  SECRETS_READABLE: 'lanekassen-api-key,person-key-1,session-key-1',
  OPERATOR_IP_RANGES: '192.0.2.0/27',
  ACTION_GROUP_IDS:
    '/subscriptions/00000000-0000-0000-0000-000000000009/resourceGroups/on-call/providers/Microsoft.Insights/actionGroups/payments',
};

/** Subscription, tenant and deployment name for which snapshots are evaluated. */
export const exampleMetadata = {
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  tenantId: '00000000-0000-0000-0000-000000000002',
  location: 'norwayeast',
  deploymentName: 'snapshot',
} as const;

/** The same as arguments of `bicep snapshot`. */
export const exampleTarget: readonly string[] = [
  ...['--subscription-id', exampleMetadata.subscriptionId],
  ...['--tenant-id', exampleMetadata.tenantId],
  ...['--location', exampleMetadata.location],
  ...['--deployment-name', exampleMetadata.deploymentName],
];
