// docs/requests.http, sent from top to bottom to a local world, as a developer would.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { portsFrom } from '../../local/ports.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { openapiDocument } from '../../tools/docs/openapi/document.ts';
import { FrontEnd } from '../integration/front-end.ts';
import { fillIn, readHttpFile } from './http-file.ts';

const { variables, requests } = readHttpFile(readFileSync('docs/requests.http', 'utf8'));

let world: World;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(() => world?.close());

test('the addresses are those of npm start', () => {
  const ports = portsFrom({});
  expect(variables).toMatchObject({
    api: `http://127.0.0.1:${ports.host}/api`,
    bankLogin: `http://127.0.0.1:${ports.bankLogin}`,
    bank: `http://127.0.0.1:${ports.bank}`,
  });
});

test('every operation of the document occurs', () => {
  const sent = requests.map(({ method, url }) => `${method.toLowerCase()} ${url.replace(/\?.*/, '')}`);
  const { paths } = openapiDocument() as { paths: Record<string, object> };
  for (const [path, item] of Object.entries(paths))
    for (const method of Object.keys(item))
      expect(sent).toContain(`${method} {{api}}${path.replace('{code}', 'consent-required')}`);
});

test('each request gets the expected answer', async () => {
  const own = { ...variables, api: world.apiUrl, bankLogin: world.bankLogin.url, bank: world.bankUrl };
  const answers: Record<string, Record<string, unknown>> = {};
  const frontEnd = new FrontEnd(world);
  for (const { name, expected, method, url, headers, body } of requests) {
    const filled = (text: string) => fillIn(text, own, answers);
    const reply = await fetch(filled(url), {
      method,
      redirect: 'manual',
      headers: Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, filled(value)])),
      ...(body === undefined ? {} : { body: filled(body) }),
    });
    const text = await reply.text();
    const isJson = reply.headers.get('content-type')?.includes('json');
    answers[name] = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
    expect({ name, status: reply.status, code: answers[name]?.code }).toEqual({ name, ...expected });
    if (name !== 'startConsent') continue;
    // What the person does in the browser.
    const id = new URL(String(answers[name]?.consentUrl)).searchParams.get('id') ?? '';
    world.altinn.control.approve(id);
    expect(await frontEnd.comeBack(id)).toBe(`${world.bankUrl}/?studielan=accepted`);
  }
  expect(answers.getSaldo).toMatchObject({ total: { amount: '280743.56' } });
  expect(answers.openapi).toEqual(JSON.parse(readFileSync('docs/openapi.json', 'utf8')));
});

test('the document is sent again only to a caller with another version: otherwise 304 with the same ETag and no body', async () => {
  const ask = async (headers: Record<string, string> = {}) => {
    const reply = await fetch(`${world.apiUrl}/openapi.json`, { headers });
    return { status: reply.status, etag: reply.headers.get('etag') ?? '', length: (await reply.text()).length };
  };
  const { status, etag, length } = await ask();
  expect([status, etag, length > 1000]).toEqual([200, expect.stringMatching(/^"[0-9a-f]{64}"$/), true]);
  expect(await ask({ 'if-none-match': etag })).toEqual({ status: 304, etag, length: 0 });
  expect(await ask({ 'if-none-match': `W/${etag}, "another"` })).toEqual({ status: 304, etag, length: 0 });
  expect(await ask({ 'if-none-match': '"another"' })).toEqual({ status: 200, etag, length });
});

test('the short way to a token lists the known persons', async () => {
  const reply = await fetch(`${world.bankLogin.url}/test-token?name=UNKNOWN`);
  expect([reply.status, await reply.json()]).toMatchObject([404, { names: expect.arrayContaining(['HAUK HAUGNES']) }]);
});
