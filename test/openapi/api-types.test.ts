// The client's types are those of the program's answers: a difference does not compile.
import { expectTypeOf, test } from 'vitest';
import type { ShownEntry } from '../../shared/consent/consent-log.ts';
import type { CurrentConsent, EndedConsent, PendingConsent } from '../../shared/consent/shown-consent.ts';
import type { ProblemBody } from '../../shared/http/answers.ts';
import type { ProblemCode } from '../../shared/problem-catalogue.ts';
import type { ShownSaldo } from '../../shared/saldo/shown-saldo.ts';
import type { AnswersOf, BodyOf } from '../../web/src/api.ts';
import type * as client from '../../web/src/api-types.ts';

/** zod writes an optional member with `| undefined`; JSON has none. */
type Plain<T> = T extends object ? { [Key in keyof T]: Plain<Exclude<T[Key], undefined>> } : T;

test('saldo, consent, log and problem have the same types on both sides', () => {
  expectTypeOf<Plain<client.Saldo>>().toEqualTypeOf<Plain<ShownSaldo>>();
  expectTypeOf<Plain<client.CurrentConsent>>().toEqualTypeOf<Plain<CurrentConsent>>();
  expectTypeOf<Plain<client.PendingConsent>>().toEqualTypeOf<Plain<PendingConsent>>();
  expectTypeOf<Plain<client.EndedConsent>>().toEqualTypeOf<Plain<EndedConsent>>();
  expectTypeOf<Plain<client.LogEntry>>().toEqualTypeOf<Plain<ShownEntry>>();
  expectTypeOf<Plain<client.Problem>>().toEqualTypeOf<Plain<ProblemBody>>();
});

test('status and code narrow the type of the rest', () => {
  type Refusal = AnswersOf<'/saldo', 'get'>[403];
  expectTypeOf<Extract<Refusal, { code: 'consent-expired' }>['consent']>().toExtend<{ state: 'expired' }>();
  expectTypeOf<AnswersOf<'/saldo', 'get'>[200]>().toEqualTypeOf<client.Saldo>();
  expectTypeOf<AnswersOf<'/session', 'delete'>[204]>().toEqualTypeOf<undefined>();
  expectTypeOf<client.Problem['code']>().toEqualTypeOf<ProblemCode>();
  expectTypeOf<BodyOf<'/consents', 'post'>>().toEqualTypeOf<{ returnUrl: string }>();
});
