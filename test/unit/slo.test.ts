import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { problems } from '../../shared/problem-catalogue.ts';

const document = readFileSync('docs/slo.md', 'utf8');
const objectives = 'infra/monitoring/objectives.json';

describe('docs/slo.md', () => {
  test('classifies every problem that a look-up can end with, once', () => {
    const counted = document.slice(document.indexOf('## What is counted'), document.indexOf('**Whose failure**'));
    const spelled = counted.replaceAll(/`-(\w+)`/g, '`consent-$1`');
    const named = [...spelled.matchAll(/`([a-z-]+)`/g)]
      .map(([, code]) => code ?? '')
      .filter((code) => code in problems);
    expect(new Set(named).size).toBe(named.length);
    // Problems of calls with a body, and of a page about an unknown problem.
    expect([...named, 'length-required', 'not-found', 'return-url-not-allowed', 'too-many-requests'].sort()).toEqual(
      Object.keys(problems).sort(),
    );
  });

  test.skipIf(!existsSync(objectives))(`has the numbers of ${objectives}`, () => {
    const numbers = JSON.parse(readFileSync(objectives, 'utf8')) as Record<string, string>;
    for (const name of ['availabilityOurs', 'availabilityUpstreams', 'latencyOurs', 'latencyUpstreams']) {
      const promised = Number(new RegExp(`\\| ([\\d.]+) % \\| [^|]*\`${name}\``).exec(document)?.[1]) / 100;
      expect(promised, name).toBeCloseTo(Number(numbers[name]), 6);
    }
    for (const name of ['fastOursMs', 'fastMs'])
      expect(document).toMatch(new RegExp(`within ${Number(numbers[name]) / 1000} 000 ms \\|.*\`${name}\``));
  });
});
