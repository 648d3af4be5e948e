import { verifyLogoutToken } from '../http/logout-token.ts';
import { verifyPersonToken } from '../http/person-token.ts';
import type { Settings } from '../settings.ts';
import { createKeySet } from '../upstream/key-set.ts';
import type { Infrastructure } from './infrastructure.ts';

/** The caller: tokens of the bank's identity provider. */
export function composeCallers(settings: Settings, { http, policy, time }: Infrastructure) {
  const keys = createKeySet({
    uri: async () => settings.personToken.jwksUri,
    http: http.personTokenIssuer,
    policy: policy('person-token-issuer', settings.policy.personTokenIssuer),
    tryMs: settings.policy.personTokenIssuer.tryMs,
    time,
    name: 'person-token-issuer',
  });
  const endedMs = settings.session.endedHours * 3_600_000;
  return {
    verify: (authorization: string | undefined, token: 'valid' | 'may-have-expired') =>
      verifyPersonToken(authorization, {
        settings: settings.personToken,
        keys,
        time,
        ...(token === 'may-have-expired' ? { expiredForMs: endedMs } : {}),
      }),
    /** Throws `request-invalid` for anything but a sound logout token of the bank's identity provider. */
    verifyLogout: (token: string) => verifyLogoutToken(token, { settings: settings.personToken, keys, time }),
    warm: () => keys.warm(),
  };
}
