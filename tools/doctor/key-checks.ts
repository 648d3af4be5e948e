import { randomBytes, verify } from 'node:crypto';
import { endOf, misfitOf, type VaultKey } from '../../shared/key-vault/key-fit.ts';
import { partsOf, readVaultKey, vaultClients } from '../../shared/key-vault/sdk.ts';
import { signCompact } from '../../shared/maskinporten/assertion.ts';
import type { ClientKey } from '../../shared/maskinporten/grant.ts';
import { asProblem } from '../../shared/problems.ts';
import { statusOf as answeredStatus } from '../../shared/storage/table-errors.ts';
import { weaknessesOf } from '../rotate-key/strength.ts';
import type { CauseId } from './causes.ts';
import type { DoctorContext } from './context.ts';
import { checkMs } from './context.ts';
import { type Check, type Finding, fault, ok, unknown, warning } from './finding.ts';
import { fromProblem } from './from-problem.ts';

/** doctor warns this many days before an end. That is enough time for a rotation and its reviews. */
const remindDays = 30;

const statusOf = (error: unknown) => answeredStatus(error) ?? (error as { statusCode?: number }).statusCode;
const misfits: Record<string, CauseId> = {
  'certificate-of-another-key': 'certificate-of-another-key',
  'certificate-expired': 'certificate-expired',
  'key-disabled': 'key-disabled',
  'key-expired-in-vault': 'key-expired-in-vault',
};

/** Checks the identity's token, what the identity may do with the key, and the key itself. */
export function identityAndVaultChecks(context: DoctorContext): Check[] {
  const { maskinporten } = context.bank;
  const keys: [string, ClientKey][] = [['', maskinporten.lanekassenKey]];
  if (maskinporten.altinnKey.keyId !== maskinporten.lanekassenKey.keyId) keys.push(['-altinn', maskinporten.altinnKey]);
  return [
    { id: 'identity', title: 'Identity gives a token', needs: ['settings'], run: () => identity(context) },
    ...keys.flatMap(([suffix, key]) => checksOf(context, suffix, key)),
  ];
}

async function identity({ credential }: DoctorContext): Promise<Finding> {
  try {
    await (await credential()).getToken('https://vault.azure.net/.default');
    return ok();
  } catch (error) {
    return fault(asProblem(error).code === 'configuration' ? 'identity-refused' : 'identity-unreachable');
  }
}

function checksOf(context: DoctorContext, suffix: string, key: ClientKey): Check[] {
  const { credential, signer, deadline } = context;
  let held: VaultKey | undefined;

  async function read(): Promise<Finding> {
    try {
      held = await readVaultKey(key.keyId, await credential(), AbortSignal.timeout(checkMs));
      return ok();
    } catch (error) {
      const status = statusOf(error);
      if (status === 403) return warning('vault-no-get');
      if (status === 401) return fault('vault-refuses-identity');
      return fault(
        status === 404 ? 'vault-key-missing' : 'vault-unreachable',
        status === undefined ? undefined : `${status}`,
      );
    }
  }

  async function mode(): Promise<Finding> {
    if (held === undefined) return unknown('The public key cannot be read.');
    const misfit = misfitOf(held, key.header, Date.now());
    if (misfit) return fault(misfits[misfit.fault] ?? 'key-unfit', misfit.fault);
    const daysLeft = ((endOf(held, key.header) ?? Number.POSITIVE_INFINITY) - Date.now()) / 86_400_000;
    const weaker = await weakerThanBefore(held);
    if (weaker.length > 0) return warning('key-weaker', weaker.join('; '));
    if (daysLeft < remindDays) return warning('key-ends-soon', `${Math.max(0, Math.floor(daysLeft))} days left`);
    return ok('kid' in key.header ? 'kid' : 'x5c: the certificate is of this key');
  }

  /** In what the version is weaker than the one before it. Empty if there is none before it, or if the versions cannot be read. */
  async function weakerThanBefore(shown: VaultKey): Promise<string[]> {
    const { name, version } = partsOf(key.keyId);
    let before: { version: string; createdOn: number } | undefined;
    try {
      const { keys: client } = await vaultClients(key.keyId, await credential());
      for await (const each of client.listPropertiesOfKeyVersions(name, {
        abortSignal: AbortSignal.timeout(checkMs),
      })) {
        const createdOn = each.createdOn?.getTime() ?? 0;
        const isEarlier = each.version !== version && createdOn <= (shown.createdOn ?? 0);
        if (each.version !== undefined && isEarlier && createdOn >= (before?.createdOn ?? 0))
          before = { version: each.version, createdOn };
      }
      if (before === undefined) return [];
      const beforeId = `${new URL(key.keyId).origin}/keys/${name}/${before.version}`;
      return weaknessesOf(shown, await readVaultKey(beforeId, await credential(), AbortSignal.timeout(checkMs)));
    } catch {
      return [];
    }
  }

  async function sign(): Promise<Finding> {
    // The signed text is not an assertion: it has no audience, so it would be useless if it leaked.
    const text = `doctor.${randomBytes(16).toString('hex')}`;
    try {
      const jws = await signCompact('{}', text, signer.forKey(key, deadline()));
      const [header = '', payload = '', signature = ''] = jws.split('.');
      const isRight =
        held?.publicKey === undefined ||
        verify('sha256', Buffer.from(`${header}.${payload}`), held.publicKey, Buffer.from(signature, 'base64url'));
      return isRight ? ok() : fault('key-unfit', 'the signature was not made with the key');
    } catch (error) {
      return fromProblem(error);
    }
  }

  /** Tries forbidden operations on a key that does not exist. 403 means denied, 404 means allowed; nothing is changed in either case. */
  async function tooMuch(): Promise<Finding> {
    const { keys: client } = await vaultClients(key.keyId, await credential());
    const nothing = `doctor-${randomBytes(16).toString('hex')}`;
    const abortSignal = AbortSignal.timeout(checkMs);
    const attempts = {
      delete: () => client.beginDeleteKey(nothing, { abortSignal }),
      backup: () => client.backupKey(nothing, { abortSignal }),
    };
    const allowed: string[] = [];
    for (const [name, attempt] of Object.entries(attempts)) {
      try {
        await attempt();
        allowed.push(name);
      } catch (error) {
        const status = statusOf(error);
        if (status === 404) allowed.push(name);
        else if (status !== 403) return unknown(`The vault answered ${status ?? 'nothing'} when asked to ${name}.`);
      }
    }
    return allowed.length === 0
      ? ok('delete and backup are denied; this check does not find roles on single keys')
      : warning('vault-too-much', allowed.join(', '));
  }

  const which = suffix === '' ? '' : " (Altinn's client)";
  return [
    { id: `vault-key${suffix}`, title: `Key Vault shows the key${which}`, needs: ['identity'], run: read },
    { id: `key-mode${suffix}`, title: `The key fits its mode${which}`, needs: [`vault-key${suffix}`], run: mode },
    {
      id: `vault-sign${suffix}`,
      title: `Key Vault signs${which}`,
      needs: [`vault-key${suffix}`, `key-mode${suffix}`],
      run: sign,
    },
    {
      id: `vault-permissions${suffix}`,
      title: `The identity may not do more than it needs${which}`,
      needs: [`vault-key${suffix}`],
      run: tooMuch,
    },
  ];
}
