import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { settingSchemas } from '../../../shared/settings/schemas.ts';
import { capacityDocument } from '../../../tools/capacity/document.ts';
import { fixedCosts } from '../../../tools/capacity/fixed-costs.ts';
import { inputs, type Numbers } from '../../../tools/capacity/inputs.ts';
import { costOfAMillion, instanceOf, needOf, sweepOf } from '../../../tools/capacity/model.ts';

const numbers = Object.fromEntries(Object.entries(inputs).map(([name, { value }]) => [name, value])) as Numbers;

describe('docs/capacity.md', () => {
  test('is the output of the script (`npm run capacity`)', () => {
    expect(readFileSync('docs/capacity.md', 'utf8')).toBe(capacityDocument());
  });

  test('has a source for each input; an input without a value is shown as open, and so is every figure that needs it', () => {
    for (const { source, what } of Object.values(inputs)) expect(source.length * what.length).toBeGreaterThan(50);
    const open = Object.entries(inputs).filter(([, { value }]) => value === undefined);
    expect(open.map(([name]) => name)).toEqual(['tenThousandSignatures']);
    expect(capacityDocument()).toMatch(/\| Key Vault \| [\d ]+ signatures \| \*\*open\*\* \|/);
  });

  test('has the same value for inputs that are also defined elsewhere', () => {
    const profiles = readFileSync('infra/environments/profiles.bicep', 'utf8');
    const prod = profiles.slice(profiles.indexOf('prod: {\n    networkIsolation'));
    const of = (name: string) => Number(new RegExp(`${name}: (\\d+)`).exec(prod)?.[1]);
    expect([
      of('httpConcurrencyPerInstance'),
      of('maximumInstances'),
      of('alwaysReadyHttpInstances'),
      of('instanceMemoryMB') / 1024,
    ]).toEqual([inputs.slots.value, inputs.maximumInstances.value, inputs.alwaysReady.value, inputs.instanceGb.value]);
    expect(settingSchemas.LANEKASSEN_MAX_CONCURRENCY.parse(undefined)).toBe(inputs.slots.value);
    expect(settingSchemas.SESSION_ENDED_HOURS.parse(undefined)).toBe(inputs.sessionHours.value);
    expect(settingSchemas.CONSENT_LOG_RETENTION_DAYS.parse(undefined)).toBe(365);
    // The timer runs every five minutes.
    expect(settingSchemas.PURGE_EXPIRED_SCHEDULE.parse(undefined)).toBe('0 */5 * * * *');
    expect(inputs.sweepRunsPerDay.value).toBe((24 * 60) / 5);
    const minutes = readFileSync('shared/storage/purge.ts', 'utf8').match(/(?<=shareMs: )\d+(?= \* minute)/g);
    expect(minutes?.map((text) => Number(text) * 60)).toEqual(Array(2).fill(inputs.sweepShareSeconds.value));
    const walk = readFileSync('shared/storage/sweep-walk.ts', 'utf8');
    expect(Number(/pagesBetweenSaves = (\d+)/.exec(walk)?.[1])).toBe(inputs.pagesPerSave.value);
    // Within a tenth, because the benchmark is measured more often than this page needs to change.
    const measured = /table operations ([\d ]+)/.exec(readFileSync('docs/performance.md', 'utf8'))?.[1];
    const ratio = Number(measured?.replace(/\D/g, '')) / 1000 / inputs.tableOperationsPerFetched.value;
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.1);
  });
});

describe('the costs that do not depend on load', () => {
  test('include everything in production that has a price by the hour or month', () => {
    type Predicted = { type: string; properties: Record<string, unknown> };
    const { predictedResources } = JSON.parse(readFileSync('infra/environments/prod.snapshot.json', 'utf8'));
    const of = (type: string) => (predictedResources as Predicted[]).filter((one) => one.type === `Microsoft.${type}`);
    const rules = of('Insights/scheduledQueryRules').map(({ properties }) => properties.evaluationFrequency);
    const often = rules.filter((every) => every === 'PT5M').length;
    expect(rules).not.toContain('PT1M');
    const [webTest] = of('Insights/webtests').map(
      ({ properties }) => properties as { Frequency: number; Locations: [] },
    );
    expect({
      natGateways: of('Network/natGateways').length,
      publicAddresses: of('Network/publicIPAddresses').length,
      privateEndpoints: of('Network/privateEndpoints').length,
      dnsZones: of('Network/privateDnsZones').length,
      frequentRules: often,
      rareRules: rules.length - often,
      webTestRuns: ((webTest?.Locations.length ?? 0) * 730 * 3600) / (webTest?.Frequency ?? 0),
    }).toEqual({
      natGateways: inputs.natGateways.value,
      publicAddresses: inputs.natGateways.value,
      privateEndpoints: inputs.privateEndpoints.value,
      dnsZones: inputs.dnsZones.value,
      frequentRules: inputs.frequentRules.value,
      rareRules: inputs.rareRules.value,
      webTestRuns: inputs.webTestRuns.value,
    });
  });

  test('each timer is a group of its own, beside the group of all HTTP functions', () => {
    const timers = readdirSync('functions').filter((name) =>
      readFileSync(`functions/${name}`, 'utf8').includes('timerFunction('),
    );
    expect(inputs.scaleGroups.value).toBe(1 + timers.length);
  });

  test('worked out by hand: two instances ready in each group, and the sum of the known prices', () => {
    const all = Object.fromEntries(Object.keys(inputs).map((name) => [name, 1])) as Numbers;
    const { alwaysReady, known, lines } = fixedCosts({
      ...all,
      scaleGroups: 4,
      alwaysReadyOfGroup: 2,
      webTestRun: undefined,
    });
    expect(alwaysReady).toBe(8);
    expect(known).toBe(8 * 30 * 86_400 + 7);
    expect(lines.at(-1)?.dollars).toBeUndefined();
  });
});

describe('the capacity model', () => {
  test('an instance carries what its narrowest limit allows (worked out by hand)', () => {
    const instance = instanceOf({
      ...numbers,
      fetchedCpuMs: 10,
      heldCpuMs: 2,
      currentCpuMs: 4,
      logoutCpuMs: 4,
      coreShare: 0.5,
      slots: 10,
      upstreamSeconds: 0.98,
      slowUpstreamSeconds: 9.98,
    });
    expect([instance.cpuMsPerLogin, instance.byCpu, instance.bySlots, instance.bySlotsSlow]).toEqual([20, 25, 10, 1]);
    expect([instance.carries, instance.carriesSlow]).toEqual([10, 1]);
  });

  test('a load needs instances for its rate, and never fewer than the always-ready ones', () => {
    expect(needOf(1, numbers).instances).toBe(2);
    const { carries } = instanceOf(numbers);
    expect(needOf(60_000, numbers).instances).toBe(Math.ceil(1000 / carries));
    const twice = [needOf(20_000, numbers), needOf(10_000, numbers)].map(({ tableOperations }) => tableOperations);
    expect((twice[0] ?? 0) / (twice[1] ?? 1)).toBeCloseTo(2);
  });

  test('the load of the sweep (worked out by hand)', () => {
    const sweep = sweepOf({
      ...numbers,
      sweptConsents: 365_000,
      loginsPerCustomerAndYear: 6,
      fetchedPerLogin: 1,
      rowsBesidesLookUps: 4,
      rowsPerSession: 2,
      sessionHours: 12,
      sweepRunsPerDay: 100,
      sweepShareSeconds: 60,
      pagesPerSave: 10,
      tenThousandTableOperations: 1,
    });
    // 10 rows for each consent; 6 000 logins a day, half of which are stored at a time.
    expect([sweep.consentRows, sweep.consentPages]).toEqual([3_650_000, 3650]);
    expect([sweep.sessionRows, sweep.sessionPages, sweep.sessionPagesADay]).toEqual([6000, 6, 600]);
    expect([sweep.removals, sweep.positions]).toEqual([10_000 + 12_000, 400 + 425]);
    expect([sweep.operations, sweep.dollarsAMonth]).toEqual([27_075, 81.225]);
    expect([sweep.consentPageMs, sweep.sessionPageMs]).toEqual([6_000_000 / 3650, 10_000]);
  });

  test('a known price is counted; an open one is not guessed', () => {
    const open = costOfAMillion(numbers);
    const known = costOfAMillion({ ...numbers, tenThousandSignatures: 1 });
    expect(open.lines.at(-1)?.dollars).toBeUndefined();
    expect(known.known).toBeGreaterThan(open.known);
    expect(known.lines.every(({ dollars = -1 }) => dollars >= 0)).toBe(true);
  });
});
