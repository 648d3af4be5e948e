// A request for a token ends with its deadline, whichever of the parties that it needs is slow.
import { expect, test } from 'vitest';
import { createTokenClient } from '../../../shared/maskinporten/token-client.ts';
import { Deadline, DeadlineExceeded } from '../../../shared/resilience/deadline.ts';
import { oneAttempt as policy } from '../support/one-attempt.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const found = { issuer: 'i', tokenEndpoint: 'http://127.0.0.1/token', jwksUri: 'http://127.0.0.1/jwks' };
// A JWT by its form; the hanging keys keep it from being verified.
const jwt = ['{"alg":"RS256","kid":"k"}', '{}', 'x'].map((part) => Buffer.from(part).toString('base64url')).join('.');

test.each(['metadata', 'keys'])('%s that hang do not hold the caller beyond its deadline', async (which) => {
  const time = new VirtualTime();
  const hang = async () => {
    await time.sleep(60_000);
    throw new Error('no keys');
  };
  const client = createTokenClient({
    http: {
      send: async () => ({ status: 200, headers: {}, text: JSON.stringify({ access_token: jwt }) }),
      close: async () => {},
    },
    policy,
    metadata: {
      get: async (deadline) => {
        if (which === 'metadata') await deadline.within(hang);
        return found;
      },
    },
    keys: { getKey: hang, warm: () => {} },
    signer: { forKey: () => ({ sign: async () => new Uint8Array(256) }) },
    expected: { resourceIds: ['r'] },
    clock: { observe: () => {} },
    time,
    telemetry: recordedTelemetry(),
  });
  const grant = { bank: '310000019', issuer: 'i', clientId: 'c', keyId: 'k', header: { kid: 'kid' }, scope: 's' };
  const asked = time.run(client.request(grant, Deadline.after(time, 2000)));
  await expect(asked).rejects.toBeInstanceOf(DeadlineExceeded);
  expect(time.monotonic()).toBe(2000);
});
