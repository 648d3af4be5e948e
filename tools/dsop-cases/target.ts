// What a run uses: a local world that it starts itself, or the app on this machine with the given settings.
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bankClientId } from '../../local/demo-banks.ts';
import { spawnHost } from '../../local/host/spawn.ts';
import { startBankLogin } from '../../local/simulators/bank-login/simulator.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import type { Bank } from '../../shared/bank/bank.ts';
import { givenBanks } from '../../shared/bank/given-banks.ts';
import type { Settings } from '../../shared/settings.ts';
import { createBankApi } from './bank-api.ts';
import type { Counter } from './evidence.ts';
import { startRelay } from './relay.ts';
import type { Target } from './run.ts';

/** What a run uses, the address of the page, and how to stop what was started. */
export type StartedTarget = Target & { bank?: { url: string; words: string }; close(): Promise<void> };

/** Counts from what the simulators have recorded. */
export function worldCounter({ lanekassen, maskinporten }: Pick<World, 'lanekassen' | 'maskinporten'>): Counter {
  return {
    source: "at the simulators' side: what reached Lånekassen and Maskinporten",
    read: async () => {
      const grants = maskinporten.control.grants().filter(({ status }) => status === 200);
      return {
        lanekassen: lanekassen.control.calls(),
        sharedTokens: grants.filter(({ scope, withConsent }) => scope.startsWith('lanekassen:') && !withConsent).length,
        consentTokens: grants.filter(({ withConsent }) => withConsent).length,
      };
    },
  };
}

/** A run in a local world. The simulator of Altinn gives the customer's consent. */
export function worldTarget(world: World, apiUrl = world.apiUrl): Target {
  return {
    api: createBankApi(apiUrl),
    login: (nationalId) => world.bankLogin.control.login(nationalId),
    consent: async (_customer, consentUrl) => {
      const id = new URL(consentUrl).searchParams.get('id') ?? '';
      world.altinn.control.approve(id);
      // The browser returns through our callback.
      const back = await fetch(world.altinn.control.redirectFor(id), { redirect: 'manual' });
      await back.arrayBuffer();
      return back.status === 303;
    },
    counter: worldCounter(world),
    returnUrl: `${world.bankUrl}/`,
    allInOrder: 17,
  };
}

/**
 * The demo bank's page shows this picture in the place of Lånekassen's logo, unless LANEKASSEN_LOGO names the real one. A bank gets the real
 * file from Lånekassen, and the repository does not have it. The picture says that it is a stand-in.
 */
const standInLogo = fileURLToPath(new URL('stand-in-logo.svg', import.meta.url));

/** Starts a local world for the run, on free ports, so that it and a running local world do not affect each other. */
export async function startLocalTarget(logoFile = process.env.LANEKASSEN_LOGO || standInLogo): Promise<StartedTarget> {
  const world = await startTestWorld({ logoFile });
  const words =
    logoFile === standInLogo
      ? "the demo bank's page, with a stand-in for Lånekassen's logo (LANEKASSEN_LOGO names the file of the real one)"
      : "the demo bank's page";
  return { ...worldTarget(world), bank: { url: world.bankUrl, words }, close: world.close };
}

/** One entry of BANKS as it was given. It exists, because the settings were read without a fault. */
function entryOf(environment: Readonly<Record<string, string | undefined>>, organisationNumber: string): object {
  const entries = JSON.parse(givenBanks(environment)) as { organisationNumber: string }[];
  return entries.find((entry) => entry.organisationNumber === organisationNumber) ?? {};
}

/** The entry, with this run's own issuer instead of the bank's identity provider. */
const withLogin = (entry: object, issuer: string) => ({
  ...entry,
  identityProvider: { issuer, audience: 'dsop-cases', jwksUri: `${issuer}/jwks`, algorithms: ['RS256'] },
});

/**
 * Starts the built app on this machine with the given settings, against the real parties. Two things are replaced. The test customers log in at
 * an issuer of this run, because no bank's identity provider has DSOP's customers. Calls to Lånekassen go through a relay that counts them.
 * `ask` shows a person the address at which to give the customer's consent.
 */
export async function startSettingsTarget(
  environment: Readonly<Record<string, string | undefined>>,
  settings: Settings,
  bank: Bank,
  ask: (text: string) => void,
): Promise<StartedTarget & { output(): string }> {
  const login = await startBankLogin({
    clientId: bankClientId,
    audience: 'dsop-cases',
    redirectUris: [],
    // A person may take a while to answer in Altinn.
    tokenLifetimeSeconds: 4 * 3600,
  });
  const relay = await startRelay(settings.lanekassen.baseUrl);
  const given = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const host = await spawnHost({
    port: 0,
    env: {
      ...Object.fromEntries(given),
      BANKS: JSON.stringify([withLogin(entryOf(environment, bank.organisationNumber), login.url)]),
      LANEKASSEN_BASE_URL: relay.url,
    },
  }).catch(async (error: unknown) => {
    await Promise.all([login.close(), relay.close()]);
    throw error;
  });
  return {
    api: createBankApi(`${host.url}/api`),
    login: (nationalId) => login.control.login(nationalId),
    async consent(customer, consentUrl, state) {
      ask(`    ${customer.name}, ${customer.nationalId}: log in and answer yes at\n    ${consentUrl}`);
      for (;;) {
        const now = await state();
        if (now === 'accepted') return true;
        if (now !== 'pending') return false;
        await sleep(3000);
      }
    },
    counter: {
      source: "at a relay before Lånekassen, and in the app's own log of the tokens that Maskinporten gave",
      async read() {
        // The host's lines come by a pipe.
        await sleep(200);
        const granted = host.output().match(/"event":"token-granted"[^\n]*/g) ?? [];
        const consentTokens = granted.filter((line) => line.includes('"withConsent":true')).length;
        const forScope = granted.filter((line) =>
          line.includes(`"scope":${JSON.stringify(settings.lanekassen.scope)}`),
        );
        return { lanekassen: [...relay.calls], sharedTokens: forScope.length - consentTokens, consentTokens };
      },
    },
    returnUrl: bank.returnUrls.standard,
    output: host.output,
    // Enough to distinguish a shared token from a token for each login, and few enough for a service that throttles.
    allInOrder: 4,
    close: async () => {
      await host.stop();
      await Promise.all([login.close(), relay.close()]);
    },
  };
}
