import type { Bank, Banks } from '../bank/bank.ts';
import { createBankFinder } from '../bank/bank-of-token.ts';
import { bankProperty } from '../bank/bank-table.ts';
import { hashOfState, isState } from '../consent/consent-index.ts';
import { verifyLogoutToken } from '../http/logout-token.ts';
import { bearerIn, verifyPersonToken } from '../http/person-token.ts';
import type { Caller, LogoutNotice } from '../person/caller.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Settings } from '../settings.ts';
import { asBank, forBank } from '../telemetry/request-context.ts';
import { createKeySet, type KeySet } from '../upstream/key-set.ts';
import type { BankParts } from './bank-parts.ts';
import type { Infrastructure } from './infrastructure.ts';

/** The caller, and the bank of the customer: the tokens of the banks' identity providers. */
export function composeCallers(
  settings: Settings,
  { http, policy, time }: Infrastructure,
  partsOf: (bank: Bank) => BankParts,
) {
  const { banks, policy: numbers } = settings;
  const finder = createBankFinder(banks);
  /** One for each address, made at the first token: banks that share an identity provider share its keys. */
  const keySets = new Map<string, KeySet>();
  const keysOf = ({ identityProvider: { jwksUri } }: Bank): KeySet => {
    const made =
      keySets.get(jwksUri) ??
      createKeySet({
        uri: async () => jwksUri,
        http: http.personTokenIssuer,
        policy: policy('person-token-issuer', numbers.personTokenIssuer, jwksUri),
        time,
        name: 'person-token-issuer',
      });
    keySets.set(jwksUri, made);
    return made;
  };
  const endedMs = settings.session.endedHours * 3_600_000;

  return {
    /** The caller, and the parts of the customer's bank: only the verified token decides. */
    async verify(
      authorization: string | undefined,
      token: 'valid' | 'may-have-expired',
    ): Promise<{ bank: BankParts; caller: Caller }> {
      const bank = finder.person(bearerIn(authorization));
      if (bank === 'none' || bank === 'ambiguous')
        throw new ProblemError('person-token-invalid', { fault: `bank-${bank}` });
      const caller = await verifyPersonToken(authorization, {
        settings: bank.identityProvider,
        keys: keysOf(bank),
        time,
        ...(token === 'may-have-expired' ? { expiredForMs: endedMs } : {}),
      }).catch((error: unknown) => {
        // So that an operator sees whose customers are refused: an identity provider that changed its keys is one bank's.
        forBank(bank.organisationNumber);
        throw error;
      });
      return { bank: partsOf(bank), caller };
    },

    /** The banks that a logout token may be for, unverified. Throws `request-invalid` when there are none. */
    banksOfLogout(token: string): readonly Bank[] {
      const found = finder.logout(token);
      if (found.length > 0) return found;
      throw new ProblemError('request-invalid', {
        fault: 'logout-token-bank-none',
        detail: 'The logout token is not valid.',
      });
    },

    /** What a logout token says to one bank. Throws `request-invalid` for anything but a sound one of that bank. */
    verifyLogout: (bank: Bank, token: string): Promise<LogoutNotice> =>
      verifyLogoutToken(token, { settings: bank.identityProvider, keys: keysOf(bank), time }),

    /** Fetches the keys ahead of the first token, where they are one set: of many banks each begins with its first customer. */
    warm() {
      if (new Set(banks.map(({ identityProvider }) => identityProvider.jwksUri)).size === 1) keysOf(banks[0]).warm();
    },
  };
}

/** Banks whose feeds are read side by side; a run begins no further bank after this long, since the host ends it at ten minutes. */
const feedLanes = 8;
const feedsMs = 5 * 60_000;

/** Where a call is not one bank's yet: how each finds its bank. Everything behind it is that bank's alone. */
export function composeCrossings(given: {
  infrastructure: Infrastructure;
  callers: ReturnType<typeof composeCallers>;
  banks: Banks;
  partsOf: (bank: Bank) => BankParts;
  bank: (organisationNumber: unknown) => BankParts | undefined;
}) {
  const { infrastructure, callers, banks, partsOf, bank } = given;
  const { time, telemetry } = infrastructure;

  /** The bank whose callback it is. In a list of one there is nothing to find. */
  const bankOfState = async (state: string | undefined, deadline: Deadline): Promise<BankParts | undefined> => {
    if (banks.length === 1) return partsOf(banks[0]);
    if (!isState(state)) return undefined;
    const { row } = await infrastructure.tables.consents.read(`state-${hashOfState(state)}`, 'state', deadline);
    return row && bank(row.values[bankProperty]);
  };

  return {
    /**
     * Ends the sessions that a logout token of an identity provider names, at each bank that it is for; what fails at one does not keep
     * the others from it. Throws `request-invalid` when it is sound for none of them, or each has received it before.
     */
    async endByLogoutToken(token: string, deadline: Deadline): Promise<void> {
      const found = callers.banksOfLogout(token);
      const ends = await Promise.allSettled(
        found.map((of) =>
          asBank(of.organisationNumber, async () =>
            partsOf(of).sessions.endByNotice(await callers.verifyLogout(of, token), deadline),
          ),
        ),
      );
      const failed = ends.filter((end) => end.status === 'rejected').map((end) => end.reason as unknown);
      const isRefused = (error: unknown) => error instanceof ProblemError && error.code === 'request-invalid';
      const worst = failed.find((error) => !isRefused(error));
      if (worst !== undefined) throw worst;
      // One that was cut short at another bank is sent again: then some have done it, and some do it now.
      if (failed.length === ends.length) throw failed[0];
    },

    /** Where the browser goes that comes back from Altinn; `undefined` when no bank can be found to send it to. */
    async consentCallback(state: string | undefined, deadline: Deadline): Promise<string | undefined> {
      const found = await bankOfState(state, deadline).catch((error: unknown) => {
        telemetry.log('error', 'callback-failed', { code: (error as ProblemError).code });
        return undefined;
      });
      if (found !== undefined) {
        forBank(found.organisationNumber);
        return found.consentCallback(state, deadline);
      }
      telemetry.count('callbackRefused', { reason: isState(state) ? 'unknown' : 'malformed' });
      return undefined;
    },

    /** Follows the event feed of each bank, several at a time, one that fails beside the others. Throws the first failure at the end. */
    async syncConsentEvents(): Promise<void> {
      const until = time.monotonic() + feedsMs;
      // Another one begins each time, so that the end of a long list has its turn.
      const first = Math.floor(time.random() * banks.length);
      const waiting = [...banks.slice(first), ...banks.slice(0, first)].values();
      const failures: unknown[] = [];
      const lane = async () => {
        for (const next of waiting) {
          if (time.monotonic() >= until) return;
          await asBank(next.organisationNumber, async () => partsOf(next).consentEvents.sync()).catch(
            (error: unknown) => failures.push(error),
          );
        }
      };
      await Promise.all(Array.from({ length: feedLanes }, lane));
      if (failures.length > 0) throw failures[0];
    },
  };
}
