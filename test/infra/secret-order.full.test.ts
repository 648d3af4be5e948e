// Every order in which the names of secrets can be given.
import { describe, expect, test } from 'vitest';
import { evaluate, noBicep } from './bicep.ts';
import { referredIn } from './referred-secrets.ts';

const three = ['lanekassen-api-key', 'person-key-1', 'session-key-1'];

describe.skipIf(noBicep !== undefined)('secrets and the settings that refer to them', { timeout: 600_000 }, () => {
  test('whatever is given, no setting refers to a secret whose role is new in the same deployment', async () => {
    const sets = [undefined, three.join(), [...three, 'person-key-2'].join(), 'person-key-1'];
    for (const SECRETS_READABLE of sets)
      for (const SECRETS_TO_COME of [undefined, 'person-key-2'])
        for (const PERSON_KEY_SECRET_NAME of ['person-key-1', 'person-key-2']) {
          const given = { SECRETS_READABLE, SECRETS_TO_COME, PERSON_KEY_SECRET_NAME };
          const resources = await evaluate('environments/dev', given).catch(() => []);
          if (resources.length === 0) continue;
          const before = (SECRETS_READABLE ?? '').split(',');
          expect(before, JSON.stringify(given)).toEqual(expect.arrayContaining(referredIn(resources)));
        }
  });
});
