// Errors that nothing else caught. The program writes a redacted line of its own; Node must write none, because its line would carry the
// message to Application Insights.
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { dropRefusedToken } from '../../../shared/storage/credential.ts';
import { createLastErrors, framesOf } from '../../../shared/telemetry/last-errors.ts';
import { recordedTelemetry } from '../support/recorder.ts';

const secret = 'person 01010199999 owes 12 345,67 with eyJhbGciOiJSUzI1NiJ9.eyJwaWQiOiIwMSJ9.c2ln';

describe('the handlers of uncaught errors', () => {
  const start = () => {
    const telemetry = recordedTelemetry();
    const ended: string[] = [];
    let reports = 0;
    const handlers = createLastErrors({
      telemetry,
      reportOften: (report) => {
        reports += 1;
        if (reports === 1) report();
      },
      end: () => ended.push('end'),
    });
    return { telemetry, ended, handlers };
  };

  test('write one line with frames and without the message for a rejection, one alert for many, and the process continues', () => {
    const { telemetry, ended, handlers } = start();
    handlers.rejected(new TypeError(secret));
    handlers.rejected(secret);
    handlers.rejected(undefined);
    expect(telemetry.lines.join()).not.toMatch(/01010199999|12 345|eyJ/);
    expect(telemetry.of('defect').map(({ fault, cause }) => [fault, cause])).toEqual(
      ['TypeError', 'string', 'undefined'].map((cause) => ['unhandled-rejection', cause]),
    );
    expect(telemetry.of('defect')[0]?.frames).toContain('last-errors.test.ts');
    expect(telemetry.events('alert')).toMatchObject([{ dimensions: { alert: 'internal-error' } }]);
    expect(ended).toEqual([]);
  });

  test('write the same for an exception in a callback, and the process ends', () => {
    const { ended, handlers } = start();
    handlers.thrown(new Error(secret));
    expect(ended).toEqual(['end']);
  });

  test('write frames that are places in the code, eight at most', () => {
    expect(framesOf(new Error(secret))).toMatch(/^\s+at .*last-errors\.test\.ts/);
    expect(framesOf(new Error(secret))?.split(' | ').length).toBeLessThanOrEqual(8);
    expect(framesOf('text')).toBeUndefined();
  });
});

test('a token that is refused while the identity is unavailable leaves no unhandled rejection', async () => {
  const left: unknown[] = [];
  const note = (reason: unknown) => left.push(reason);
  process.on('unhandledRejection', note);
  dropRefusedToken(() => Promise.reject(new Error('no identity')))(0);
  await new Promise((resolve) => setTimeout(resolve, 10));
  process.off('unhandledRejection', note);
  expect(left).toEqual([]);
});

describe('the handlers in a process of their own', () => {
  const run = (what: string) =>
    spawnSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `const { createLastErrors } = await import('./shared/telemetry/last-errors.ts');
         const { createTelemetry } = await import('./shared/telemetry/telemetry.ts');
         const telemetry = createTelemetry((_, line) => process.stdout.write(line + '\\n'));
         const last = createLastErrors({ telemetry, reportOften: (report) => report(), end: () => process.exit(1) });
         process.on('unhandledRejection', last.rejected);
         process.on('uncaughtException', last.thrown);
         ${what}
         setTimeout(() => console.log('went on'), 20);`,
      ],
      { encoding: 'utf8', env: { PATH: process.env.PATH } },
    );

  test('Node itself writes nothing of the error', () => {
    const rejected = run(`Promise.reject(new Error(${JSON.stringify(secret)}));`);
    expect(rejected.status).toBe(0);
    expect(rejected.stdout).toContain('went on');
    const thrown = run(`setImmediate(() => { throw new Error(${JSON.stringify(secret)}); });`);
    expect(thrown.status).toBe(1);
    expect(thrown.stdout).not.toContain('went on');
    for (const { stdout, stderr } of [rejected, thrown]) {
      expect(stdout).toContain('"event":"defect"');
      expect(stdout + stderr).not.toMatch(/01010199999|12 345|eyJ/);
      expect(stderr.replace(/^.*(?:ExperimentalWarning|--trace-warnings).*$/gm, '').trim()).toBe('');
    }
  });
});
