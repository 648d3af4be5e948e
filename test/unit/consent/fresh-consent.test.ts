import { beforeEach, describe, expect, test } from 'vitest';
import type { Active } from '../../../shared/consent/consent-in-force.ts';
import { createFreshConsent } from '../../../shared/consent/fresh-consent.ts';
import type { PersonAt } from '../../../shared/consent/people.ts';
import { wantsFresh } from '../../../shared/http/freshness.ts';
import { ProblemError } from '../../../shared/problems.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { anyKey } from '../support/any-key.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const at = {} as PersonAt;

describe('the consent read in Altinn on request', () => {
  let time: VirtualTime;
  let asked: string[];
  let verify: () => Promise<void>;
  let isVerified: boolean;
  beforeEach(() => {
    time = new VirtualTime();
    asked = [];
    verify = async () => {};
    isVerified = false;
  });
  const fresh = () => {
    const consentCheck = {
      findActive: async () => {
        asked.push('active');
        return { verified: isVerified } as Active;
      },
      verifyInAltinn: () => {
        asked.push('verify');
        return verify();
      },
    };
    const read = createFreshConsent({ consentCheck, time });
    return (session = 's-1', ms = 8000) => time.run(read(at, anyKey(session), Deadline.after(time, ms)));
  };

  test('an active consent is confirmed; a consent that was just read is not read twice', async () => {
    const read = fresh();
    await read();
    isVerified = true;
    await read('s-2');
    expect(asked).toEqual(['active', 'verify', 'active']);
  });

  test('Altinn is read at most once in ten seconds for a session; another session is not delayed by it', async () => {
    const read = fresh();
    await read();
    await read();
    await read('s-2');
    await time.run(time.sleep(9999));
    await read();
    expect(asked.filter((what) => what === 'verify')).toHaveLength(2);
    await time.run(time.sleep(1));
    await read();
    expect(asked.filter((what) => what === 'verify')).toHaveLength(3);
  });

  test.each(['consent-revoked', 'consent-expired', 'consent-required', 'consent-person-mismatch'] as const)(
    '%s is the answer',
    async (code) => {
      verify = async () => {
        throw new ProblemError(code);
      };
      expect(await fresh()()).toMatchObject({ code });
    },
  );

  test.each(['consent-unverifiable', 'upstream-busy', 'upstream-invalid-reply', 'configuration'] as const)(
    '%s: the call continues as if Altinn had not been read',
    async (code) => {
      verify = async () => {
        throw new ProblemError(code, { retryAfterSeconds: 5 });
      };
      expect(await fresh()()).toBeUndefined();
    },
  );

  test('an Altinn that hangs costs three seconds, and less under a shorter deadline', async () => {
    verify = () => new Promise(() => undefined);
    const read = fresh();
    const startedAt = time.monotonic();
    await read();
    expect(time.monotonic() - startedAt).toBe(3000);
    await read('s-2', 500);
    expect(time.monotonic() - startedAt).toBe(3500);
  });

  test('a defect is thrown', async () => {
    verify = () => Promise.reject(new TypeError('a defect'));
    await expect(fresh()()).rejects.toThrow('a defect');
  });
});

test.each([
  ['no-cache', true],
  ['No-Cache', true],
  ['max-age=0, no-cache', true],
  ['no-cache="x"', false],
  ['max-age=0', false],
  ['', false],
  [null, false],
])('Cache-Control: %s requests a read in Altinn: %s', (header, is) => {
  expect(wantsFresh(header)).toBe(is);
});
