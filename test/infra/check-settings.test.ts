import { expect, test } from 'vitest';
import { readSettings } from '../../shared/settings.ts';
import { checkSettings } from '../../tools/azd-hooks/check-settings.ts';
import { Refusal, type Shell } from '../../tools/azd-hooks/shell.ts';
import { exampleEnvironment } from '../../tools/infra/example-environment.ts';

/** A shell whose doctor is the schema itself, over the environment that it would be given. */
function shellWith(environment: Readonly<Record<string, string>>): Shell & { said: string[]; ran: string[] } {
  const said: string[] = [];
  const ran: string[] = [];
  return {
    said,
    ran,
    value: (name) => environment[name] ?? '',
    keep: () => undefined,
    run(program, args, extra = {}) {
      ran.push([program, ...args].join(' '));
      const result = readSettings({ ...environment, ...extra });
      return { code: result.ok ? 0 : 1, stdout: result.ok ? '' : result.faults.join('\n'), stderr: '' };
    },
    say: (line) => void said.push(line),
    today: () => new Date(0),
  };
}

test('what provisioning itself makes is stood in for, and the rest is really checked', () => {
  const sound = shellWith(exampleEnvironment);
  checkSettings(sound, { doctor: 'x' });
  expect(sound.ran).toEqual(['npm run --silent doctor -- --settings']);
  const unsound = shellWith({ ...exampleEnvironment, PERSON_TOKEN_JWKS_URI: 'http://login.bank.example/jwks' });
  expect(() => checkSettings(unsound, { doctor: 'x' })).toThrow(Refusal);
  expect(() => checkSettings(unsound, { doctor: 'x' })).toThrow(/PERSON_TOKEN_JWKS_URI: must be an https URL/);
});

test('without a doctor the hook says so in words', () => {
  const shell = shellWith({});
  checkSettings(shell, {});
  expect(shell.ran).toEqual([]);
  expect(shell.said.join()).toContain('not checked beforehand');
});
