// `npm run doctor` against a whole local world: no fault when nothing is wrong, and the right cause for each planted fault.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { NationalId } from '../../shared/person/national-id.ts';
import { causes } from '../../tools/doctor/causes.ts';
import { examine } from '../../tools/doctor/doctor.ts';
import type { CheckResult } from '../../tools/doctor/finding.ts';
import { type PlantedFault, type PlantedFaultName, plantedFaults } from '../../tools/doctor/planted-faults.ts';
import { isFull, quickTest, slowTest } from '../part.ts';
import { type Authority, createAuthority, hasOpenssl } from './certificates.ts';
import { asCommand, type Planted, plants, withCertificate } from './doctor-plants.ts';
import { found, secretsOf } from './leaks.ts';

/** The faults that `npm test` runs as a command. It does not run all, because a process takes a second and a half. */
const sample: readonly PlantedFaultName[] = ['wrong-kid'];
/** Causes that `npm test` leaves out, because a first fetch is tried for four seconds. */
const patient: readonly PlantedFaultName[] = ['maskinporten-down', 'not-maskinporten'];
const program = fileURLToPath(new URL('../../tools/doctor/main.ts', import.meta.url));
const clock = { offsetMs: 0 };
let world: World;
let authority: Authority | undefined;
let planted: Planted = {};
const before = { ...process.env };

beforeAll(async () => {
  world = await startTestWorld({ clock: () => Date.now() + clock.offsetMs });
  if (hasOpenssl) authority = createAuthority();
  // One identity endpoint for each process, because the SDK requires it.
  Object.assign(process.env, {
    IDENTITY_ENDPOINT: world.environment.IDENTITY_ENDPOINT,
    IDENTITY_HEADER: world.environment.IDENTITY_HEADER,
  });
  // The host has created the tables and its marker row by then.
  expect((await fetch(`${world.apiUrl}/health/ready`)).status).toBe(200);
});
afterEach(() => {
  planted.undo?.();
  planted = {};
});
afterAll(async () => {
  process.env = before;
  authority?.close();
  await world?.close();
});

/** Runs doctor as an operator does. It gets only this environment. */
async function runDoctor(settings: Record<string, string> = {}, args: readonly string[] = []) {
  const child = spawn(process.execPath, [program, ...args], {
    // A folder without local.settings.json.
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { PATH: process.env.PATH ?? '', ...world.environment, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString('utf8');
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output, errors };
}

/** Says what the machine lacks. (In CI openssl counts as present, so its absence fails.) */
const missing = (name: string) => console.warn(`Skipped without openssl 3: ${name}`);

const checksIn = (output: string) => (JSON.parse(output) as { ok: boolean; checks: CheckResult[] }).checks;

/** The first reported fault must be the planted one. If a fault shows in two checks, either may come first. */
function expectNamed(results: readonly CheckResult[], expected: PlantedFault): void {
  const at = results.find(({ id }) => id === expected.check);
  expect(at).toMatchObject({ status: expected.status ?? 'fault', cause: expected.cause });
  // No earlier check may report a fault, or an operator would fix the wrong thing first.
  const earlier = results.slice(
    0,
    results.findIndex(({ id }) => id === expected.check),
  );
  expect(
    earlier.filter(({ status, cause }) => status === 'fault' && cause !== expected.cause && !sameRoot(cause, expected)),
  ).toEqual([]);
}

/** Another bank's number is also wrong in the token, and that check comes first. */
const sameRoot = (cause: string | undefined, { cause: expected }: PlantedFault) =>
  expected === 'tables-of-another-bank' && cause === 'token-invalid';

describe('doctor as a command', () => {
  quickTest('finds nothing to fix in the local world, shows progress, and writes no secret', async () => {
    const { code, output, errors } = await runDoctor();
    expect(output).toContain('Nothing to fix.');
    expect(output).not.toMatch(/^(?:FAULT|WARNING)/m);
    expect(output.match(/^unknown .*--with-test-customer/gm)).toHaveLength(2);
    expect(code).toBe(0);
    expect(found(output + errors, secretsOf(world))).toEqual([]);
  });

  quickTest(
    'checks even the API key with a test customer; with --json it writes JSON, and its progress to stderr',
    async () => {
      const person = '01085301957';
      const { code, output, errors } = await runDoctor({}, ['--json', '--with-test-customer', person]);
      expect(checksIn(output).map(({ status }) => status)).toEqual(checksIn(output).map(() => 'ok'));
      expect(errors).toMatch(/^ok +Settings are sound$/m);
      expect(code).toBe(0);
      expect(found(output + errors, secretsOf(world))).toEqual([]);
    },
  );

  test.each(
    asCommand
      .filter((name) => sample.includes(name) !== isFull)
      .map((name) => [plantedFaults[name].wrong, name] as const),
  )('%s', async (_, name) => {
    if (withCertificate.includes(name) && !hasOpenssl) return missing(name);
    const expected: PlantedFault = plantedFaults[name];
    planted = await plants[name]({ world, clock, authority });
    const customer = planted.customer === undefined ? [] : ['--with-test-customer', planted.customer];
    const { code, output, errors } = await runDoctor(planted.settings, ['--json', ...customer]);
    const isFault = expected.status === undefined;
    expectNamed(checksIn(output), expected);
    // An operator's script reads the exit code, `ok`, and for each cause who can fix it, and how.
    expect([code, (JSON.parse(output) as { ok: boolean }).ok]).toEqual([isFault ? 1 : 0, !isFault]);
    expect(checksIn(output).find(({ id }) => id === expected.check)).toMatchObject(causes[expected.cause]);
    // Progress goes to stderr, in the words of the checks.
    expect(errors).toMatch(isFault ? /^FAULT /m : /^WARNING /m);
    expect(found(output + errors, secretsOf(world))).toEqual([]);
  });

  slowTest('as text names the fault, who can fix it and how, and which fault to fix first', async () => {
    planted = await plants['wrong-kid']({ world, clock, authority });
    const { code, output, errors } = await runDoctor(planted.settings);
    const { says, who, remedy } = causes['kid-unknown'];
    expect(output).toContain(`${says}\n         Who: ${who}. What to do: ${remedy}\n`);
    expect(output).toContain('fix the first FAULT, then run doctor again.');
    expect([code, errors]).toEqual([1, '']);
  });

  quickTest('names all faulty settings, and none of their values', async () => {
    const { code, output } = await runDoctor({ LANEKASSEN_API_KEY: '', MASKINPORTEN_ISSUER: 'ftp://user:hemmelig@x/' });
    expect(output).toMatch(/LANEKASSEN_API_KEY: is missing/);
    expect(output).toMatch(/MASKINPORTEN_ISSUER: must be/);
    expect(output).not.toContain('hemmelig');
    expect(code).toBe(1);
  });

  quickTest(
    'refuses a test customer in production, a wrong number and an unknown option, without a call to any party',
    async () => {
      const calls = world.altinn.control.calls().length;
      const person = '01085301957';
      const [production, noNumber, noOption] = await Promise.all([
        runDoctor({ MASKINPORTEN_ISSUER: 'https://maskinporten.no' }, ['--with-test-customer', person]),
        runDoctor({}, ['--with-test-customer', '01085301958']),
        runDoctor({}, ['--fix']),
      ]);
      expect([production.code, production.errors]).toEqual([2, expect.stringContaining('production')]);
      expect([noNumber.code, noOption.code]).toEqual([2, 2]);
      expect(world.altinn.control.calls()).toHaveLength(calls);
    },
  );
});

describe('doctor names the cause when', () => {
  const names = (Object.keys(plantedFaults) as PlantedFaultName[]).filter(
    (name) => !asCommand.includes(name) && patient.includes(name) === isFull,
  );
  test.each(names.map((name) => [plantedFaults[name].wrong, name] as const))('%s', async (_, name) => {
    if (withCertificate.includes(name) && !hasOpenssl) return missing(name);
    planted = await plants[name]({ world, clock, authority });
    const results = await examine({
      environment: { ...world.environment, ...planted.settings },
      testCustomer: planted.customer === undefined ? undefined : NationalId.parse(planted.customer),
      report: () => {},
    });
    expectNamed(results, plantedFaults[name]);
    expect(found(JSON.stringify(results), secretsOf(world))).toEqual([]);
  });

  quickTest('every cause has a description, a party that can fix it, and a remedy', () => {
    for (const [id, { says, who, remedy }] of Object.entries(causes)) {
      expect([id, says.length > 10, who.length > 5, remedy.length > 10]).toEqual([id, true, true, true]);
    }
  });
});
