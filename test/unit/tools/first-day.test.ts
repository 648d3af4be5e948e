// The pure parts of `npm run first-day`: who can fix a failed step, what follows from the answers, and what the report contains.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../../shared/problems.ts';
import { causes } from '../../../tools/doctor/causes.ts';
import { brokenParty, contacts, RedStep } from '../../../tools/first-day/contacts.ts';
import type { DayResult } from '../../../tools/first-day/first-day.ts';
import { notProbed, probed, settingsThatFollow } from '../../../tools/first-day/questions.ts';
import { reportOf, summaryOf } from '../../../tools/first-day/report.ts';
import { wantedKey } from '../../../tools/first-day/request-probe.ts';
import { follow } from '../../../tools/first-day/steps.ts';

test('each open question of the contract has a probe, or a reason for having none', () => {
  const contract = readFileSync('docs/contracts/open-questions.md', 'utf8');
  const numbers = [...contract.matchAll(/^\| (U\d+) \|/gm)].map(([, number]) => number);
  expect(numbers).toHaveLength(29);
  expect([...Object.keys(probed), ...Object.keys(notProbed)].sort()).toEqual(numbers.sort());
});

test('a setting that a probe decides is the setting that the contract names', () => {
  const contract = readFileSync('docs/contracts/open-questions.md', 'utf8');
  for (const [number, { setting }] of Object.entries(probed)) {
    const row = contract.split('\n').find((line) => line.startsWith(`| ${number} |`)) ?? '';
    if (setting !== undefined && number !== 'U4')
      expect([number, row]).toEqual([number, expect.stringContaining(setting)]);
  }
});

test('every party that doctor can name has a contact; contacts outside are those of the runbook', () => {
  for (const { who } of Object.values(causes)) expect([who, who in contacts]).toEqual([who, true]);
  const runbook = readFileSync('docs/runbook.md', 'utf8');
  expect(contacts.Lånekassen).toContain('https://support.dsop.no/');
  for (const contact of Object.values(contacts))
    for (const [address] of contact.matchAll(/https:\/\/[\w./-]*\w\/?/g)) expect(runbook).toContain(address);
});

test('a party that answers 5xx must fix it; a 4xx does not show who must', () => {
  expect(brokenParty('lanekassen-status-503')).toMatchObject({ who: 'Lånekassen' });
  expect(brokenParty('altinn-create-status-500')).toMatchObject({ who: 'Altinn' });
  expect(brokenParty('maskinporten-status-502')).toMatchObject({ who: 'Maskinporten' });
  expect(brokenParty('lanekassen-status-400')).toBeUndefined();
  expect(brokenParty(undefined)).toBeUndefined();
});

describe('the metadata key that Altinn requires', () => {
  test.each([
    ['Altinn requires one more key', { code: 'AM-00008', key: 'bank' }, 'bank'],
    [
      'Altinn does not know our key, and requires another',
      {
        code: 'STD-00001',
        problems: [
          { code: 'AM-00006', key: 'navn' },
          { code: 'AM-00008', key: 'bank' },
        ],
      },
      'bank',
    ],
    ['Altinn does not know our key', { code: 'AM-00006', key: 'navn' }, ''],
    [
      'Altinn requires two more keys',
      {
        code: 'STD-00001',
        problems: [
          { code: 'AM-00008', key: 'a' },
          { code: 'AM-00008', key: 'b' },
        ],
      },
      undefined,
    ],
    ['Altinn refuses for another reason', { code: 'AM-00005' }, undefined],
    ['a key that is no name', { code: 'AM-00008', key: '01085301957 is not known' }, undefined],
  ])('%s', (_, body, key) => {
    expect(wantedKey(JSON.stringify(body))).toBe(key);
  });

  test('is unknown if the body is not JSON', () => {
    expect(wantedKey('<html>')).toBeUndefined();
  });
});

test('a setting must change if the answer differs from the present settings', () => {
  const answers = [
    { question: 'U3', seen: 'both', value: 'both' },
    { question: 'U4', seen: 'remembers', value: 'until-200' },
    { question: 'U15', seen: '119 s' },
  ] as const;
  const current = { LANEKASSEN_CONSENT_TRANSPORT: 'consent-id-header', LANEKASSEN_SEND_CONSENT_TOKEN: 'until-200' };
  expect(settingsThatFollow(answers, current)).toEqual({ LANEKASSEN_CONSENT_TRANSPORT: 'both' });
});

describe('the steps', () => {
  const green = { title: 'a green one', about: 'a second', run: async () => ({ seen: 'all well' }) };

  test('stop at the first failed one', async () => {
    const blame = { says: 'It is down.', who: 'Lånekassen', remedy: 'Ask.' } as const;
    let later = 0;
    const lines: string[] = [];
    const red = { id: 'b', title: 'a red one', about: 'a second', run: () => Promise.reject(new RedStep(blame)) };
    const third = async () => {
      later += 1;
      return { seen: '' };
    };
    const taken = await follow([{ id: 'a', ...green }, red, { ...green, id: 'c', run: third }], (line) =>
      lines.push(line),
    );
    expect(taken.map(({ id, blame: found }) => [id, found])).toEqual([
      ['a', undefined],
      ['b', blame],
    ]);
    expect(later).toBe(0);
    expect(lines[0]).toMatch(/^\[\d\d:\d\d:\d\dZ\] 1\/3 a green one \(a second\)$/);
    expect(lines.at(-1)).toMatch(/^ {4}RED {4}after [\d.]+ s: It is down\.$/);
  });

  test.each([
    ['a fault of the program by its cause', new ProblemError('configuration', { fault: 'altinn-403' }), 'Lånekassen'],
    [
      'a broken party by its name',
      new ProblemError('upstream-unavailable', { fault: 'lanekassen-status-500' }),
      'Lånekassen',
    ],
    ['anything else as a defect, without its text', new TypeError('01085301957'), 'developers'],
  ])('name %s', async (_, error, who) => {
    const [taken] = await follow([{ id: 'a', ...green, run: () => Promise.reject(error) }], () => {});
    expect(taken?.blame?.who).toBe(who);
    expect(JSON.stringify(taken)).not.toContain('01085301957');
  });
});

describe('the report', () => {
  const step = { title: 'Altinn takes it', startedAt: '2026-11-29T09:00:00.000Z', seconds: 1.5, answers: [] };
  const result: DayResult = {
    taken: [{ id: 'a', ...step, seen: 'one | two' }],
    steps: 1,
    answers: [{ question: 'U7', seen: 'Lånekassen takes "Bearer "', value: 'Bearer ' }],
    changes: { LANEKASSEN_AUTH_PREFIX: 'Bearer ' },
    log: '',
    bank: 'Eksempelbanken, 310000019',
  };

  test('shows the settings that follow, ready to copy', () => {
    const report = reportOf([['Person', 'a test person']], result);
    expect(report).toContain('```\nLANEKASSEN_AUTH_PREFIX="Bearer "\n```');
    expect(report).toContain('one \\| two');
    expect(summaryOf(result)).toBe('All 1 steps are green, once 1 setting(s) are changed.');
  });

  test('says who can fix a failed step, and how many steps were not run', () => {
    const blame = { says: 'Not on the list.', who: 'Lånekassen', remedy: 'Ask to be added.' } as const;
    const report = reportOf([], { ...result, steps: 3, changes: {}, taken: [{ id: 'a', ...step, seen: '', blame }] });
    expect(report).toContain('**Red at step 1 of 3: Altinn takes it. Who can fix it: Lånekassen.**');
    expect(report).toContain('- Who: Lånekassen: through DSOP Support, https://support.dsop.no/');
    expect(report).toContain('2 steps were not taken.');
  });
});
