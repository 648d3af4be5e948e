import { setTimeout as sleep } from 'node:timers/promises';
import type { Bank, Banks } from '../../shared/bank/bank.ts';
import type { Grant } from '../../shared/maskinporten/grant.ts';
import { ProblemError } from '../../shared/problems.ts';
import { readSettings } from '../../shared/settings.ts';
import { createContext } from '../doctor/context.ts';
import { bankNamed } from '../which-bank.ts';
import { newKid, PlanRefused, type PublicKey, withKey, withoutKey } from './plan.ts';
import { createRegistration } from './registration.ts';
import { makeVersion, publicKeyIn, refuseWeaker } from './vault-key.ts';

/** The admin client, and how it signs. Nothing of it is secret. */
export type AdminClient = { api: string; clientId: string; keyId: string; kid: string };

/** The lines that a step prints for the operator. */
export type Say = (line: string) => void;

/**
 * The bank for which the new key is proven: the one that is named, or without a name any that is served by the app's own client. Throws
 * `PlanRefused` where that client is not the one whose key is meant.
 */
function whoseClient(banks: Banks, app: Pick<Bank['maskinporten'], 'lanekassenKey'>, named: string | undefined): Bank {
  const isApps = ({ maskinporten }: Bank) => maskinporten.lanekassenKey === app.lanekassenKey;
  if (named === undefined) {
    const found = banks.find(isApps);
    if (found === undefined) throw new PlanRefused("No bank uses the app's own client: name a bank with --bank.");
    return found;
  }
  const found = bankNamed(banks, named);
  if (isApps(found))
    throw new PlanRefused("The bank has no client of its own. Leave out --bank to rotate the app's key.");
  return found;
}

/**
 * The steps of a rotation, on the app's own settings: of the app's key, or of a bank's with a client of its own. Throws `PlanRefused` with
 * the reason before anything is changed.
 */
export function createRotation(
  environment: Readonly<Record<string, string | undefined>>,
  admin: AdminClient | undefined,
  organisationNumber?: string,
) {
  const read = readSettings(environment);
  if (!read.ok) throw new PlanRefused(`Fix the settings first (npm run doctor): ${read.faults.join('; ')}`);
  const { banks, maskinporten: app } = read.settings;
  const bank = whoseClient(banks, app, organisationNumber);
  const context = createContext(read.settings, bank, environment.IDENTITY_ENDPOINT !== undefined);
  const maskinporten = organisationNumber === undefined ? app : bank.maskinporten;
  const { header, keyId: currentKeyId, clientId } = maskinporten.lanekassenKey;
  if (!('kid' in header)) throw new PlanRefused('With x5c no key is registered: the certificate has the key.');
  const currentKid = header.kid;
  // Altinn's scope may be on the same client, with a key of its own.
  const altinn = maskinporten.altinnKey;
  const inUse = [currentKid, ...(altinn.clientId === clientId && 'kid' in altinn.header ? [altinn.header.kid] : [])];

  const registration =
    admin &&
    createRegistration(admin.api, clientId, async () => {
      const grant: Grant = {
        bank: bank.organisationNumber,
        issuer: app.issuer,
        clientId: admin.clientId,
        keyId: admin.keyId,
        header: { kid: admin.kid },
        scope: 'idporten:dcr.modify',
      };
      return (await context.tokens.request(grant, context.deadline())).token;
    });

  return {
    close: () => context.http.close(),

    /** Creates a key version, or uses `keyId`. Returns the set to register: the registered keys (or the key in use) and the new one. */
    async prepare(given: { keyId?: string | undefined; kid?: string | undefined; name: string; now: Date }) {
      const credential = await context.credential();
      const current: PublicKey = { ...(await publicKeyIn(currentKeyId, credential)), kid: currentKid };
      const keyId = given.keyId ?? (await makeVersion(currentKeyId, credential));
      await refuseWeaker(keyId, currentKeyId, credential);
      const half = await publicKeyIn(keyId, credential);
      const added: PublicKey = { ...half, kid: given.kid ?? newKid(given.name, half, given.now) };
      const registered = registration ? await registration.read() : [current];
      if (!registered.some(({ kid }) => kid === currentKid))
        throw new PlanRefused(`kid ${currentKid}, which the settings name, is not registered: run npm run doctor.`);
      return { keyId, kid: added.kid, keys: withKey(registered, added) };
    },

    /** Registers a prepared set. It must have every key that is in use. */
    async register(keys: readonly PublicKey[]) {
      if (!registration) throw new PlanRefused('--register needs the admin client: see --help.');
      for (const kid of inUse)
        if (!keys.some((key) => key.kid === kid)) throw new PlanRefused(`kid ${kid} is in use and not in the set.`);
      return registration.replace(keys);
    },

    /**
     * Proves a new key with a grant. The key must not be weaker than the one in use. Digdir may need two minutes to know a new key, so the
     * grant is tried again until `waitMs` have passed.
     */
    async prove(keyId: string, kid: string, waitMs: number, say: Say) {
      await refuseWeaker(keyId, currentKeyId, await context.credential());
      const until = Date.now() + waitMs;
      for (;;) {
        try {
          await context.tokens.request({ ...context.grants.lanekassen, keyId, header: { kid } }, context.deadline());
          return;
        } catch (error) {
          const isUnknownYet = error instanceof ProblemError && /mp-(?:100|124)/.test(error.fault ?? '');
          if (!isUnknownYet || Date.now() >= until) throw error;
          say('Maskinporten does not know the new key yet. The next attempt is in 10 s.');
          await sleep(Math.min(10_000, Math.max(0, until - Date.now())));
        }
      }
    },

    /** Removes an old key from the registered set, unless it is in use. */
    async retire(kid: string) {
      if (!registration) throw new PlanRefused('Retiring needs the admin client: see --help.');
      return registration.replace(withoutKey(await registration.read(), kid, inUse));
    },
  };
}
