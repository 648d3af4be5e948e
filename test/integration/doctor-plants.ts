// How each fault of doctor's table is planted in a local world: what changes there, and in doctor's settings.

import { generateKeyPairSync } from 'node:crypto';
import { freePorts } from '../../local/free-port.ts';
import { testCustomers } from '../../local/simulators/test-customers.ts';
import type { World } from '../../local/test-world.ts';
import type { PlantedFaultName } from '../../tools/doctor/planted-faults.ts';
import { changedBank } from '../fixtures/changed-banks.ts';
import { wireFaultsOf } from '../wire-faults.ts';
import type { Authority } from './certificates.ts';

/** The settings and arguments that doctor gets instead, and how the fault is removed. */
export type Planted = { settings?: Record<string, string>; customer?: string; undo?: () => void };

/** What a plant changes. `clock.offsetMs` moves the simulators' clock against the app's. */
export type Garden = { world: World; clock: { offsetMs: number }; authority: Authority | undefined };

const yearMs = 365 * 24 * 60 * 60 * 1000;
const nowhere = async () => `http://127.0.0.1:${(await freePorts(1))[0]}`;
const keyName = 'maskinporten';

/**
 * The faults that the command must name in a process of its own. `identity-…` needs that, because the SDK keeps the identity endpoint for
 * the life of a process. The other faults are tested in-process, because that is faster.
 */
export const asCommand: readonly PlantedFaultName[] = [
  'identity-down',
  'identity-unknown',
  'vault-down',
  'no-get',
  'no-sign',
  'other-certificate',
  'clock-ahead',
  'wrong-kid',
  'wrong-audience',
  'registration-expired',
  'wrong-scope',
  'unknown-resource',
  'wrong-api-key',
  'storage-missing',
  'login-down',
];
/** The faults that need a certificate and therefore openssl. */
export const withCertificate: readonly PlantedFaultName[] = ['other-certificate', 'x5c-for-registered'];

/** A way to plant each fault. */
export const plants: Record<PlantedFaultName, (garden: Garden) => Promise<Planted>> = {
  'setting-missing': async ({ world }) => ({
    settings: { LANEKASSEN_API_KEY: '', ...changedBank(world.environment, { organisationNumber: '310000011' }) },
  }),
  'identity-down': async () => ({ settings: { IDENTITY_ENDPOINT: `${await nowhere()}/msi/token` } }),
  'identity-unknown': async () => ({ settings: { AZURE_CLIENT_ID: '00000000-0000-4000-8000-000000000000' } }),
  'vault-down': async ({ world }) => ({
    settings: {
      MASKINPORTEN_KEY_ID: world.keyVault.control.keyId(keyName).replace(world.keyVault.url, await nowhere()),
    },
  }),
  'key-version-unknown': async ({ world }) => ({
    settings: { MASKINPORTEN_KEY_ID: `${world.keyVault.url}/keys/${keyName}/${'0'.repeat(32)}` },
  }),
  'no-get': ({ world }) => permitted(world, ['sign']),
  'no-sign': ({ world }) => permitted(world, ['get']),
  'too-much': ({ world }) => permitted(world, ['get', 'sign', 'delete', 'backup']),
  'key-disabled': async ({ world }) => {
    const version = await world.keyVault.control.newVersion(keyName);
    world.keyVault.control.change(keyName, version, { enabled: false });
    return { settings: { MASKINPORTEN_KEY_ID: world.keyVault.control.keyId(keyName, version) } };
  },
  'key-expired': async ({ world }) => {
    const version = await world.keyVault.control.newVersion(keyName);
    world.keyVault.control.change(keyName, version, { expiresAt: Date.now() - 1000 });
    return { settings: { MASKINPORTEN_KEY_ID: world.keyVault.control.keyId(keyName, version) } };
  },
  'key-ends-soon': async ({ world }) => {
    const version = (world.environment.MASKINPORTEN_KEY_ID ?? '').split('/').at(-1) ?? '';
    world.keyVault.control.change(keyName, version, { expiresAt: Date.now() + 20 * 86_400_000 });
    return { undo: () => world.keyVault.control.change(keyName, version, { expiresAt: undefined }) };
  },
  'key-weaker': async ({ world }) => {
    const before = (world.environment.MASKINPORTEN_KEY_ID ?? '').split('/').at(-1) ?? '';
    world.keyVault.control.change(keyName, before, { expiresAt: Date.now() + 300 * 86_400_000 });
    const version = await world.keyVault.control.newVersion(keyName);
    const { undo } = await permitted(world, ['get', 'sign', 'list']);
    return {
      settings: { MASKINPORTEN_KEY_ID: world.keyVault.control.keyId(keyName, version) },
      undo: () => {
        undo?.();
        world.keyVault.control.change(keyName, before, { expiresAt: undefined });
      },
    };
  },
  'other-certificate': async ({ authority }) => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
    return x5c(authority?.chainFor(other, '310000019'));
  },
  'maskinporten-down': async () => ({ settings: { MASKINPORTEN_ISSUER: await nowhere() } }),
  'not-maskinporten': async ({ world }) => ({ settings: { MASKINPORTEN_ISSUER: world.lanekassen.url } }),
  'clock-ahead': ({ clock }) => ahead(clock, 11_000),
  'clock-ahead-grant': ({ clock }) => ahead(clock, 12_500),
  'clock-drifts': ({ clock }) => ahead(clock, 7000),
  'wrong-client': async () => ({ settings: { MASKINPORTEN_CLIENT_ID: '00000000-0000-4000-8000-000000000000' } }),
  'wrong-kid': async () => ({ settings: { MASKINPORTEN_KID: 'not-registered' } }),
  'x5c-for-registered': async ({ world, authority }) => x5c(authority?.chainFor({ ...versionOf(world) }, '310000019')),
  'wrong-audience': async ({ world }) => {
    // The issuer without its final slash, so both checks that read the metadata get it wrong.
    const { url } = world.maskinporten;
    const body = JSON.stringify({ issuer: url, token_endpoint: `${url}/token`, jwks_uri: `${url}/jwk` });
    wireFaultsOf(world.maskinporten).set(
      { kind: 'answer', status: 200, headers: { 'content-type': 'application/json' }, body },
      { matches: (_, path) => path === '/.well-known/oauth-authorization-server', times: 2 },
    );
    return {};
  },
  'registration-expired': async ({ world }) => {
    const jwk = versionOf(world);
    world.maskinporten.control.registerKey(clientOf(world), {
      kid: 'registered-long-ago',
      jwk,
      registeredAt: Date.now() - yearMs - 60_000,
    });
    const undo = () => world.maskinporten.control.removeKey(clientOf(world), 'registered-long-ago');
    return { settings: { MASKINPORTEN_KID: 'registered-long-ago' }, undo };
  },
  'other-version': async ({ world }) => {
    const version = await world.keyVault.control.newVersion(keyName);
    return { settings: { MASKINPORTEN_KEY_ID: world.keyVault.control.keyId(keyName, version) } };
  },
  'wrong-scope': async ({ world }) => {
    const both = ['altinn:consentrequests.write', 'lanekassen:lan/v1/saldoopplysninger'];
    world.maskinporten.control.setScopes(clientOf(world), both.slice(0, 1));
    return { undo: () => world.maskinporten.control.setScopes(clientOf(world), both) };
  },
  'own-consumer-org': async ({ world }) => ({
    settings: changedBank(world.environment, { isSupplierCustomer: true }),
  }),
  'other-bank-token': async ({ world }) => ({
    settings: changedBank(world.environment, { organisationNumber: '310000027' }),
  }),
  'altinn-down': async () => ({ settings: { ALTINN_BASE_URL: await nowhere() } }),
  'altinn-refuses': async ({ world }) => {
    world.altinn.control.failNext(1, { route: 'read', status: 401 });
    return {};
  },
  'unknown-resource': async () => ({ settings: { ALTINN_CONSENT_RESOURCE_ID: 'slk_0000_0' } }),
  'lanekassen-down': async () => ({ settings: { LANEKASSEN_BASE_URL: await nowhere() } }),
  'lanekassen-elsewhere': async ({ world }) => ({ settings: { LANEKASSEN_BASE_URL: world.altinn.url } }),
  'wrong-api-key': async () => ({
    settings: { LANEKASSEN_API_KEY: 'not-the-right-one' },
    customer: testCustomers[0]?.nationalId ?? '',
  }),
  'storage-missing': async ({ world }) => ({
    settings: {
      STATE_TABLE_CONNECTION_STRING: (world.environment.STATE_TABLE_CONNECTION_STRING ?? '').replace(
        /TableEndpoint=http:\/\/127\.0\.0\.1:\d+/,
        `TableEndpoint=${await nowhere()}`,
      ),
    },
  }),
  'storage-of-another-bank': async ({ world }) => ({
    settings: changedBank(world.environment, { organisationNumber: '310000027' }),
  }),
  'login-down': async ({ world }) => {
    const wire = wireFaultsOf(world.bankLogin);
    wire.set({ kind: 'answer', status: 503 }, { matches: (_, path) => path === '/jwks' });
    return { undo: () => wire.clear() };
  },
};

const clientOf = (world: World) => world.environment.MASKINPORTEN_CLIENT_ID ?? '';

/** The public half of the key version that the settings name. */
const versionOf = (world: World) =>
  world.keyVault.control.publicJwk(keyName, (world.environment.MASKINPORTEN_KEY_ID ?? '').split('/').at(-1));

async function permitted(
  world: World,
  granted: readonly ('get' | 'list' | 'sign' | 'delete' | 'backup')[],
): Promise<Planted> {
  world.keyVault.control.setPermissions({ [world.environment.AZURE_CLIENT_ID ?? '']: granted });
  return { undo: () => world.keyVault.control.setPermissions(undefined) };
}

async function ahead(clock: Garden['clock'], ms: number): Promise<Planted> {
  clock.offsetMs = -ms;
  const undo = () => {
    clock.offsetMs = 0;
  };
  return { undo };
}

const x5c = (chain: string | undefined): Planted => ({
  settings: { MASKINPORTEN_KEY_MODE: 'x5c', MASKINPORTEN_CERTIFICATE_CHAIN: chain ?? '' },
});
