import type { Bank } from '../bank/bank.ts';
import { createBankFinder } from '../bank/bank-of-token.ts';
import { verifyLogoutToken } from '../http/logout-token.ts';
import { bearerIn, verifyPersonToken } from '../http/person-token.ts';
import type { Caller, LogoutNotice } from '../person/caller.ts';
import { ProblemError } from '../problems.ts';
import type { Settings } from '../settings.ts';
import { forBank } from '../telemetry/request-context.ts';
import { createKeySet, type KeySet } from '../upstream/key-set.ts';
import type { BankParts } from './bank-parts.ts';
import type { Infrastructure } from './infrastructure.ts';

/** The caller, and the bank of the customer: the tokens of the banks' identity providers. */
export function composeCallers(
  settings: Settings,
  { http, anotherPolicy, time }: Infrastructure,
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
        policy: anotherPolicy('person-token-issuer', numbers.personTokenIssuer),
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

    /** The banks that a logout token ends sessions of. Throws `request-invalid` for anything but a sound one. */
    async verifyLogout(token: string): Promise<{ bank: Bank; notice: LogoutNotice }[]> {
      const found = finder.logout(token);
      if (found.length === 0)
        throw new ProblemError('request-invalid', {
          fault: 'logout-token-bank-none',
          detail: 'The logout token is not valid.',
        });
      return Promise.all(
        found.map(async (bank) => ({
          bank,
          notice: await verifyLogoutToken(token, { settings: bank.identityProvider, keys: keysOf(bank), time }),
        })),
      );
    },

    /** Fetches the keys ahead of the first token, where they are one set: of many banks each begins with its first customer. */
    warm() {
      if (new Set(banks.map(({ identityProvider }) => identityProvider.jwksUri)).size === 1) keysOf(banks[0]).warm();
    },
  };
}
