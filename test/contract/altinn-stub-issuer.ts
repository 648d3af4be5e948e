// A stand-in for Maskinporten. It publishes a key and signs whatever a test wants, so Altinn's and Lånekassen's simulators are tested
// without Maskinporten's.
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { serveStub } from '../stub-server.ts';

/** Signs with a key that it publishes (`sign`) or with an unknown one (`forge`). `now`: seconds since 1970 of the shared clock. */
export type StubIssuer = {
  url: string;
  sign(claims: Record<string, unknown>): Promise<string>;
  forge(claims: Record<string, unknown>): Promise<string>;
  rotate(): Promise<void>;
  close(): Promise<void>;
};

/** Starts the issuer. Tokens are issued at the time of `clock` for 120 s, unless their claims say otherwise. */
export async function startStubIssuer(clock: () => number): Promise<StubIssuer> {
  let published: JWK[] = [];
  let serial = 0;
  const newKey = async () => {
    serial += 1;
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    return { kid: `stub-${serial}`, jwk: await exportJWK(publicKey), privateKey };
  };
  let current = await newKey();
  const stranger = await newKey();
  const publish = () => {
    published = [{ ...current.jwk, kid: current.kid, use: 'sig', alg: 'RS256' }];
  };
  publish();
  const running = await serveStub('stub issuer', 0, ({ path }) =>
    path === '/jwk' ? { status: 200, body: { keys: published } } : { status: 404 },
  );
  const signWith = (key: typeof current, kid: string, claims: Record<string, unknown>) => {
    const now = Math.floor(clock() / 1000);
    const all = { iss: `${running.url}/`, iat: now, exp: now + 120, jti: crypto.randomUUID(), ...claims };
    return new SignJWT(all).setProtectedHeader({ alg: 'RS256', kid }).sign(key.privateKey);
  };
  return {
    url: running.url,
    sign: (claims) => signWith(current, current.kid, claims),
    forge: (claims) => signWith(stranger, current.kid, claims),
    async rotate() {
      current = await newKey();
      publish();
    },
    close: running.close,
  };
}

/** The `consumer` and `supplier` claims for an organisation number. */
export function organisation(number: string): { authority: string; ID: string } {
  return { authority: 'iso6523-actorid-upis', ID: `0192:${number}` };
}
