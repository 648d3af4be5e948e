// Consents moved from Altinn 2. Each is verified in Altinn before it counts, and counts only while the setting allows it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { dsopCustomers, testBank } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { leaks } from '../fixtures/leaks.ts';
import { slowTest, quickTest as test } from '../part.ts';
import { documentsOf, isPersonOf, runSync } from './feed.ts';
import { FrontEnd } from './front-end.ts';
import { migratedFor, startImport } from './migrated.ts';

const people = dsopCustomers.map(({ nationalId }) => nationalId);

describe('import of migrated consents', () => {
  let world: World;
  let frontEnd: FrontEnd;
  let folder: string;
  beforeAll(async () => {
    world = await startTestWorld({ settings: { ACCEPT_MIGRATED_CONSENTS: 'true' } });
    frontEnd = new FrontEnd(world);
    folder = mkdtempSync(join(tmpdir(), 'import-'));
  });
  afterAll(async () => {
    await world?.close();
    if (folder) rmSync(folder, { recursive: true });
  });
  const saldo = async (nationalId: string, url = world.apiUrl) => {
    const authorization = `Bearer ${await world.bankLogin.control.login(nationalId)}`;
    return (await fetch(`${url}/saldo`, { headers: { authorization } })).status;
  };

  test('each row of the file has a result; a recorded consent leads to a saldo until it is withdrawn', async () => {
    const consents = migratedFor(people.slice(0, 6), testBank.organisationNumber);
    const [good, revoked, otherGiver, , tooLong, other] = consents.map(({ id }) => id) as string[];
    world.altinn.control.addMigrated(
      consents
        .filter((_, index) => index !== 3)
        .map((one) => (one.id === tooLong ? { ...one, validTo: Date.now() + 400 * 86_400_000 } : one)),
    );
    world.altinn.control.revoke(revoked ?? '');
    await frontEnd.giveConsent(await world.bankLogin.control.login(people[5] ?? ''));
    const csv = join(folder, 'some.csv');
    const person = (index: number) => (index === 2 ? people[16] : people[index]);
    const lines = consents.map(({ id }, index) => `${person(index)};${id}`);
    writeFileSync(
      csv,
      ['nationalId;authorizationCode', ...lines, `12345678901;${good}`, `${people[0]};no-id`].join('\r\n'),
    );

    const tool = startImport(csv, world.environment);
    expect([await tool.ended, tool.progress()]).toEqual([0, expect.stringContaining('8 of 8 (100 %)')]);
    const report = readFileSync(`${csv}.report.csv`, 'utf8');
    expect(report.split('\n').slice(1, -1)).toEqual([
      '2;recorded',
      '3;not-accepted-revoked',
      '4;mismatch-giver',
      '5;unknown-to-altinn',
      '6;mismatch-validity',
      '7;another-active',
      '8;not-a-national-id',
      '9;not-a-consent-id',
    ]);
    expect(`${report}${tool.progress()}${tool.summary()}`).not.toMatch(leaks);
    expect([otherGiver, other]).toHaveLength(2);

    expect([await saldo(people[0] ?? ''), await saldo(people[1] ?? '')]).toEqual([200, 403]);
    const again = startImport(csv, world.environment);
    expect([await again.ended, again.progress()]).toEqual([
      0,
      expect.stringContaining('8 rows, 8 of them done before'),
    ]);

    world.altinn.control.revoke(good ?? '');
    world.altinn.control.advanceFeed(6 * 60_000);
    expect(await runSync(world.host)).toBe('complete');
    expect(await saldo(people[0] ?? '')).toBe(403);
  });

  slowTest('without ACCEPT_MIGRATED_CONSENTS nothing is recorded, and recorded consents do not count', async () => {
    const [consent] = migratedFor([people[7] ?? ''], testBank.organisationNumber);
    world.altinn.control.addMigrated(consent ? [consent] : []);
    const csv = join(folder, 'off.csv');
    writeFileSync(csv, `nationalId,consentId\n${people[7]},${consent?.id}\n`);
    const off = startImport(csv, { ...world.environment, ACCEPT_MIGRATED_CONSENTS: 'false' });
    expect([await off.ended, off.progress()]).toEqual([1, expect.stringContaining('accept-migrated-consents-is-off')]);
    const on = startImport(csv, world.environment);
    expect(await on.ended).toBe(0);
    const host = await world.anotherHost({ ACCEPT_MIGRATED_CONSENTS: 'false' });
    expect([await saldo(people[7] ?? '', `${host.url}/api`), await saldo(people[7] ?? '')]).toEqual([403, 200]);
    expect((await documentsOf(world, 'consents')).filter(isPersonOf(consent?.id ?? ''))).toHaveLength(1);
  });

  test('a report of another CSV file is refused', async () => {
    writeFileSync(join(folder, 'other.csv'), 'nationalId,consentId\n');
    writeFileSync(join(folder, 'other.csv.report.csv'), 'row;result;csv-sha256=0\n');
    const tool = startImport(join(folder, 'other.csv'), world.environment);
    expect([await tool.ended, tool.progress()]).toEqual([2, expect.stringContaining('the report of another CSV')]);
  });
});
