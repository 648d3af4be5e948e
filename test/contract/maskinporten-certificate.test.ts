// Mode `x5c`: a client without registered keys signs with its organisation's certificate. openssl creates the certificates in each run, so
// no private key is stored.
import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simulator } from '../../local/simulators/kit/simulator.ts';
import { startMaskinporten } from '../../local/simulators/maskinporten/simulator.ts';
import { sendAssertion, type TokenAnswer } from '../maskinporten-client.ts';

const clientId = '11111111-2222-4333-8444-555555555555';
const dayMs = 24 * 60 * 60 * 1000;

describe.skipIf(spawnSync('openssl', ['version']).status !== 0)('x5c', () => {
  const folder = mkdtempSync(join(tmpdir(), 'x5c-'));
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  let maskinporten: Simulator<typeof startMaskinporten>;
  let now = Date.now();

  /** A key and its certificate, self-signed without `issuer`. */
  function certificate(name: string, subject: string, issuer?: string): void {
    openssl('genrsa', '-out', `${name}.key`, '2048');
    openssl('req', '-new', '-key', `${name}.key`, '-subj', subject, '-out', `${name}.csr`);
    writeFileSync(file(`${name}.ext`), `basicConstraints=CA:${name.startsWith('ca') ? 'TRUE' : 'FALSE'}\n`);
    const signer = issuer
      ? ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, '-CAcreateserial']
      : ['-signkey', `${name}.key`];
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-days',
      '30',
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.pem`,
      ...signer,
    );
  }

  const der = (name: string) => readFileSync(file(`${name}.pem`), 'utf8').replace(/-----[^-]+-----|\s/g, '');

  async function request(chain: unknown, key: string, header: object = {}): Promise<TokenAnswer> {
    const iat = Math.floor(now / 1000);
    const assertion = await new SignJWT({
      iss: clientId,
      aud: `${maskinporten.url}/`,
      scope: 'test:lan',
      iat,
      exp: iat + 30,
    })
      .setProtectedHeader({ alg: 'RS256', x5c: chain as string[], ...header })
      .sign(createPrivateKey(readFileSync(file(`${key}.key`))));
    return sendAssertion(maskinporten.url, assertion);
  }

  beforeAll(async () => {
    certificate('ca-root', '/CN=Test root');
    certificate('ca-issuing', '/CN=Test issuing', 'ca-root');
    certificate('ca-stranger', '/CN=Test issuing');
    certificate('bank', '/CN=Eksempelbanken ASA/serialNumber=310000019', 'ca-issuing');
    certificate('other', '/CN=Annen Bank ASA/serialNumber=310000027', 'ca-issuing');
    certificate('rogue', '/CN=Eksempelbanken ASA/serialNumber=310000019', 'other');
    certificate('forged', '/CN=Eksempelbanken ASA/serialNumber=310000019', 'ca-stranger');
    now = Date.now() + 1000;
    maskinporten = await startMaskinporten({
      clients: [{ clientId, organisationNumber: '310000019', scopes: ['test:lan'], keys: [] }],
      certificateRoots: [readFileSync(file('ca-root.pem'), 'utf8')],
      clock: () => now,
    });
  });
  afterAll(async () => {
    await maskinporten?.close();
    rmSync(folder, { recursive: true });
  });

  it('accepts a chain up to the root, or up to its issuing certificate, and names it in the token', async () => {
    const answer = await request([der('bank'), der('ca-issuing')], 'bank');
    expect(answer.status).toBe(200);
    expect(decodeJwt(String(answer.body.access_token)).client_amr).toBe('virksomhetssertifikat');
    expect((await request([der('bank'), der('ca-issuing'), der('ca-root')], 'bank')).status).toBe(200);
  });

  it.each([
    ['a string in place of a list', 'MP-123', () => der('bank')],
    ['no chain', 'MP-123', () => undefined],
    ['an empty chain', 'MP-123', () => []],
    ['PEM', 'MP-123', () => [readFileSync(file('bank.pem'), 'utf8')]],
    ['a text that is no certificate', 'MP-123', () => ['AAAA']],
    ['a chain without its issuing certificate', 'MP-120', () => [der('bank')]],
    ['a chain in the wrong order', 'MP-120', () => [der('ca-issuing'), der('bank')]],
    ['an issuing certificate of the same name but another key', 'MP-120', () => [der('forged'), der('ca-issuing')]],
    ['a chain of an unknown root', 'MP-120', () => [der('forged'), der('ca-stranger')]],
    ['a certificate signed by another bank', 'MP-120', () => [der('rogue'), der('other'), der('ca-issuing')]],
    ['another organisation', 'MP-122', () => [der('other'), der('ca-issuing')]],
  ])('refuses %s (%s)', async (_, code, chainOf) => {
    const answer = await request(chainOf(), 'bank');
    expect(answer.status).toBe(400);
    expect(answer.body.error_description).toMatch(new RegExp(`^${code}: `));
  });

  it("refuses a signature by another key than the certificate's (MP-124), and a kid (MP-100)", async () => {
    const chain = [der('bank'), der('ca-issuing')];
    expect((await request(chain, 'other')).body.error_description).toMatch(/^MP-124: /);
    expect((await request(chain, 'bank', { kid: 'bank-2026' })).body.error_description).toMatch(/^MP-100: .*kid/);
  });

  it('refuses a certificate after its time (MP-120)', async () => {
    now += 31 * dayMs;
    expect((await request([der('bank'), der('ca-issuing')], 'bank')).body.error_description).toMatch(/^MP-120: /);
    now -= 31 * dayMs;
  });
});
