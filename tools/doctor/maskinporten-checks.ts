import { clockAheadMs, clockToleranceMs } from '../../shared/maskinporten/clock-drift.ts';
import type { Grant } from '../../shared/maskinporten/grant.ts';
import type { Secret } from '../../shared/person/secret.ts';
import type { DoctorContext } from './context.ts';
import { type Check, type Finding, fault, ok, unknown, warning } from './finding.ts';
import { fromProblem } from './from-problem.ts';

/** The tokens that later checks use. */
export type Tokens = { altinn: Secret | undefined; lanekassen: Secret | undefined };

/** Checks the metadata, the clock, and a grant for each scope. Fills `tokens`. */
export function maskinportenChecks(context: DoctorContext, tokens: Tokens): Check[] {
  const grantCheck = (name: 'altinn' | 'lanekassen'): Check => ({
    id: `grant-${name}`,
    title: `Maskinporten gives a token for ${name === 'altinn' ? 'Altinn' : 'Lånekassen'}`,
    needs: ['maskinporten', name === 'altinn' && hasOwnKey(context) ? 'vault-sign-altinn' : 'vault-sign'],
    run: () =>
      grant(context, context.grants[name], (token) => {
        tokens[name] = token;
      }),
  });
  return [
    {
      id: 'maskinporten',
      title: 'Maskinporten answers, under its own name',
      needs: ['settings'],
      run: () => metadata(context),
    },
    { id: 'clock', title: 'Our clock is right', needs: ['maskinporten'], run: () => clock(context) },
    grantCheck('altinn'),
    grantCheck('lanekassen'),
  ];
}

const hasOwnKey = ({ bank: { maskinporten } }: DoctorContext) =>
  maskinporten.altinnKey.keyId !== maskinporten.lanekassenKey.keyId;

async function metadata({ metadata: source, deadline }: DoctorContext): Promise<Finding> {
  try {
    await source.get(deadline());
    return ok();
  } catch (error) {
    return fromProblem(error);
  }
}

async function clock({ settings, http, deadline }: DoctorContext): Promise<Finding> {
  const url = `${settings.maskinporten.issuer}/.well-known/oauth-authorization-server`;
  const sentAt = Date.now();
  const reply = await deadline().bound((signal) => http.send({ method: 'GET', url, headers: {}, signal }));
  const ahead = clockAheadMs(reply.headers.date, sentAt, Date.now());
  if (ahead === undefined) return unknown('The answer has no Date header.');
  const seconds = Math.round(Math.abs(ahead) / 1000);
  const words = `${seconds} s ${ahead > 0 ? 'ahead' : 'behind'}`;
  // `clockAheadMs` may be up to a second too low, so the limit is a second lower too.
  if (ahead > clockToleranceMs - 1000) return fault('clock-ahead', words);
  if (ahead < -60_000) return fault('clock-behind', words);
  return Math.abs(ahead) >= 5000 ? warning('clock-drift', words) : ok(words);
}

async function grant(
  { tokens, deadline }: DoctorContext,
  asked: Grant,
  keep: (token: Secret) => void,
): Promise<Finding> {
  try {
    const { token, lifeMs } = await tokens.request(asked, deadline());
    keep(token);
    return ok(`${asked.scope}, good for ${Math.floor(lifeMs / 1000)} s`);
  } catch (error) {
    return fromProblem(error);
  }
}
