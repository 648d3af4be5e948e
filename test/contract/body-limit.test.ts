// The amount of data that a stranger can make the platform read: the limit in the template, on the deployed bundle.
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dsopCustomers } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { resourcesOf } from '../infra/bicep.ts';
import { one } from '../infra/rules/rule.ts';

const name = 'FUNCTIONS_REQUEST_BODY_SIZE_LIMIT';
const limits = ['dev', 'test', 'prod'].map((environment) =>
  Number(
    one(
      resourcesOf(readFileSync(`infra/environments/${environment}.snapshot.json`, 'utf8')),
      'Microsoft.Web/sites/config',
    ).properties[name],
  ),
);
const limit = limits[0] ?? 0;
let world: World;
beforeAll(async () => {
  world = await startTestWorld({ settings: { [name]: String(limit) } });
}, 60_000);
afterAll(() => world?.close());

/** Announces a body of `length` bytes and sends none of it. Returns the answer, and whether the platform asked for the body. */
const announce = (length: number) =>
  new Promise<{ status: number; connection: string | undefined }>((resolve, reject) => {
    const call = request(`${world.host.url}/api/consents`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': length },
    });
    call.once('response', (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode ?? 0, connection: answer.headers.connection });
      call.destroy();
    });
    call.once('error', reject);
    call.flushHeaders();
  });

test("every environment has the same limit: above the app's own of 16 KiB, and below what could fill an instance", () => {
  expect(limits).toEqual([limit, limit, limit]);
  expect(limit).toBeGreaterThanOrEqual(70_000 + 1);
  // Sixteen calls at once (httpConcurrencyPerInstance) hold bodies of two megabytes at most.
  expect(limit * 16).toBeLessThanOrEqual(2 * 1024 * 1024);
});

test('a body of 99 MB is refused before it is read', async () => {
  expect(await announce(99_000_000)).toEqual({ status: 500, connection: 'close' });
  expect((await announce(limit + 1)).status).toBe(500);
});

test("a body that is too large for the app, but not for the platform, gets the app's own problem", async () => {
  const token = await world.bankLogin.control.login(dsopCustomers[0]?.nationalId ?? '');
  for (const length of [16_400, 70_000, limit]) {
    const answer = await fetch(`${world.host.url}/api/consents`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: `{"returnUrl":"${'a'.repeat(length - 16)}"}`,
    });
    expect([length, answer.status, answer.headers.get('content-type')]).toEqual([
      length,
      413,
      'application/problem+json',
    ]);
  }
});
