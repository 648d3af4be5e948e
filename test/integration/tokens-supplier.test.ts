// Supplier mode from end to end: the Maskinporten client is the supplier's, the consent and the saldo are the bank's.
import { afterAll, beforeAll, expect } from 'vitest';
import { testBank } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { slowTest, quickTest as test } from '../part.ts';
import { FrontEnd } from './front-end.ts';

const supplier = { organisationNumber: '310000027', name: 'Leverandøren AS' };
let world: World;
beforeAll(async () => {
  world = await startTestWorld({ supplier });
});
afterAll(() => world?.close());

test('the bank is receiver and consumer, the supplier handles the consent, and the saldo is shown', async () => {
  const frontEnd = new FrontEnd(world);
  const token = await world.bankLogin.control.login('01085301957');
  await frontEnd.giveConsent(token);
  expect((await frontEnd.call('GET', '/saldo', token)).status).toBe(200);
  expect(world.altinn.control.requests()[0]).toMatchObject({
    to: `urn:altinn:organization:identifier-no:${testBank.organisationNumber}`,
    handledBy: `urn:altinn:organization:identifier-no:${supplier.organisationNumber}`,
  });
  const claims = world.maskinporten.control
    .issued()
    .map((each) => JSON.parse(Buffer.from(each.split('.')[1] ?? '', 'base64url').toString('utf8')));
  expect(claims.length).toBeGreaterThanOrEqual(3);
  for (const { consumer, supplier: by } of claims) {
    expect([consumer.ID, by.ID]).toEqual([
      `0192:${testBank.organisationNumber}`,
      `0192:${supplier.organisationNumber}`,
    ]);
  }
});

test('a token that names no supplier is refused in this mode, and so is one whose supplier is the bank itself', async () => {
  const own = { authority: 'iso6523-actorid-upis', ID: `0192:${testBank.organisationNumber}` };
  for (const change of [{ supplier: undefined }, { supplier: own }]) {
    world.maskinporten.control.tamper((claims) => ({ ...claims, ...change }));
    const { url } = await world.anotherHost();
    const token = await world.bankLogin.control.login('01097601522');
    const reply = await new FrontEnd({ ...world, apiUrl: `${url}/api` }).startConsent(token);
    expect(reply.body.code).toBe('upstream-invalid-reply');
  }
  world.maskinporten.control.tamper(undefined);
});

slowTest('without delegation the alert asks the bank to delegate', async () => {
  const { url, output } = await world.anotherHost({ ALTINN_SCOPE: 'altinn:consentrequests.read' });
  const token = await world.bankLogin.control.login('01097601522');
  world.maskinporten.control.failNext(1, { status: 403, mpCode: 'MP-251' });
  const reply = await new FrontEnd({ ...world, apiUrl: `${url}/api` }).startConsent(token);
  expect(reply.body.code).toBe('configuration');
  expect(output()).toContain('has not delegated the scope');
});
