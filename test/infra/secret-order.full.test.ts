// Every order in which the names of secrets can be given.
import { describe, expect, test } from 'vitest';
import { evaluate, noBicep } from './bicep.ts';
import { referredIn } from './referred-secrets.ts';

const three = ['lanekassen-api-key', 'person-key-1', 'session-key-1'];
const sets = [undefined, three, [...three, 'person-key-2'], ['person-key-1']];
const cases = sets.flatMap((readable) =>
  [undefined, 'person-key-2'].flatMap((toCome) =>
    ['person-key-1', 'person-key-2'].map((personKey) => ({ readable, toCome, personKey })),
  ),
);

describe.skipIf(noBicep !== undefined)('secrets and the settings that refer to them', { timeout: 600_000 }, () => {
  // Worked out by hand: a setting refers to a secret only if an earlier provision gave the right to read it. Before the first such
  // provision there are no references. After it a name that is not readable yet is refused, and a name that is still to come makes no
  // difference.
  test('with any values, no setting refers to a secret whose role is new in the same deployment', async () => {
    const seen = { without: 0, referred: 0, refused: 0 };
    for (const { readable, toCome, personKey } of cases) {
      const evaluated = evaluate('environments/dev', {
        SECRETS_READABLE: readable?.join(),
        SECRETS_TO_COME: toCome,
        PERSON_KEY_SECRET_NAME: personKey,
      });
      const label = JSON.stringify({ readable, toCome, personKey });
      const needed = ['lanekassen-api-key', personKey, 'session-key-1'];
      const missing = needed.filter((name) => !readable?.includes(name));
      if (readable === undefined) {
        expect(referredIn(await evaluated), label).toEqual([]);
        seen.without += 1;
      } else if (missing.length === 0) {
        expect(referredIn(await evaluated), label).toEqual(needed);
        seen.referred += 1;
      } else {
        await expect(evaluated, label).rejects.toThrow(`to the secrets ${missing.join(', ')}: set SECRETS_TO_COME`);
        seen.refused += 1;
      }
    }
    expect(seen).toEqual({ without: 4, referred: 6, refused: 6 });
  });
});
