import { randomUUID } from 'node:crypto';
import { Deadline } from '../../shared/resilience/deadline.ts';
import { createTableOpener } from '../../shared/storage/open-tables.ts';
import { TransportError } from '../../shared/upstream/http-client.ts';
import { checkMs, type DoctorContext } from './context.ts';
import { type Check, type Finding, fault, ok, unknown } from './finding.ts';
import { fromProblem } from './from-problem.ts';
import type { Tokens } from './maskinporten-checks.ts';

/** Checks Altinn, Lånekassen, the state tables and the bank's identity provider, as far as possible without a customer. */
export function partyChecks(context: DoctorContext, tokens: Tokens): Check[] {
  return [
    { id: 'altinn', title: 'Altinn takes our token', needs: ['grant-altinn'], run: () => altinn(context, tokens) },
    {
      id: 'consent-resource',
      title: 'Altinn knows the consent resource',
      needs: ['settings'],
      run: () => resource(context),
    },
    { id: 'lanekassen', title: 'Lånekassen answers', needs: ['settings'], run: () => lanekassen(context) },
    {
      id: 'storage',
      title: "Table storage answers and is this bank's",
      needs: ['settings'],
      run: () => storage(context),
    },
    {
      id: 'person-tokens',
      title: "The bank's identity provider has usable keys",
      needs: ['settings'],
      run: () => personTokens(context),
    },
  ];
}

/** Sends one GET. Returns the status, or 0 without an answer. */
async function get(context: DoctorContext, url: string, headers: Record<string, string>): Promise<number> {
  try {
    return (await context.deadline().bound((signal) => context.http.send({ method: 'GET', url, headers, signal })))
      .status;
  } catch (error) {
    if (error instanceof TransportError || (error as Error).name === 'DeadlineExceeded') return 0;
    throw error;
  }
}

async function altinn(context: DoctorContext, tokens: Tokens): Promise<Finding> {
  // A request that does not exist: 404 shows that the token was accepted.
  const url = `${context.settings.altinn.baseUrl}/accessmanagement/api/v1/enterprise/consentrequests/${randomUUID()}`;
  const status = await get(context, url, {
    authorization: `Bearer ${tokens.altinn?.reveal() ?? ''}`,
    accept: 'application/json',
  });
  if (status === 404) return ok();
  if (status === 401 || status === 403) return fault('altinn-refuses-token', String(status));
  return fault('altinn-unreachable', status === 0 ? 'no answer' : String(status));
}

async function resource(context: DoctorContext): Promise<Finding> {
  const { baseUrl, resourceIds } = context.settings.altinn;
  const [resourceId] = resourceIds;
  const status = await get(
    context,
    `${baseUrl}/resourceregistry/api/v1/resource/${encodeURIComponent(resourceId)}`,
    {},
  );
  if (status === 200) return ok('in the resource registry; its access list shows only with a customer');
  if (status === 404) return fault('consent-resource-unknown');
  if (status === 0 || status >= 500) return fault('altinn-unreachable', status === 0 ? 'no answer' : String(status));
  return unknown(`The resource registry answered ${status}.`);
}

async function lanekassen(context: DoctorContext): Promise<Finding> {
  // A call without key, token and person. The refusal shows that the service exists.
  const status = await get(context, `${context.settings.lanekassen.baseUrl}/saldo/v1/Accounts`, {
    'X-Request-Id': randomUUID(),
  });
  if (status === 400 || status === 401 || status === 403) return ok('it refuses a call without a key, as it must');
  if (status === 0 || status >= 500)
    return fault('lanekassen-unreachable', status === 0 ? 'no answer' : String(status));
  return fault('lanekassen-wrong-host', String(status));
}

async function storage({ settings, bank, credential, time, deadline }: DoctorContext): Promise<Finding> {
  const opener = createTableOpener(settings.state, [bank.organisationNumber], credential, {
    totalMs: checkMs,
    time,
  });
  try {
    await deadline().bound(() => opener.client('consents'));
    return ok();
  } catch (error) {
    const status = (error as { statusCode?: number }).statusCode;
    if (status === 401 || status === 403) return fault('storage-refused', String(status));
    const isOurs = (error as Error).name === 'ProblemError';
    return isOurs
      ? fromProblem(error)
      : fault('storage-unreachable', status === undefined ? undefined : String(status));
  }
}

async function personTokens({ bank, http, time }: DoctorContext): Promise<Finding> {
  const { jwksUri, algorithms } = bank.identityProvider;
  let text: string;
  try {
    text = (
      await Deadline.after(time, checkMs).bound((signal) =>
        http.send({ method: 'GET', url: jwksUri, headers: {}, signal }),
      )
    ).text;
  } catch {
    return fault('person-token-issuer', 'no answer');
  }
  let keys: { kty?: unknown; alg?: unknown }[];
  try {
    const set = JSON.parse(text) as { keys?: unknown };
    keys = Array.isArray(set.keys) ? set.keys : [];
  } catch {
    return fault('person-token-issuer', 'the answer is not a key set');
  }
  const fits = (key: { kty?: unknown; alg?: unknown }) =>
    key.alg === undefined
      ? algorithms.some((alg) => (key.kty === 'RSA' ? /^[RP]S/ : /^E/).test(alg))
      : algorithms.includes(String(key.alg));
  const usable = keys.filter(fits).length;
  return usable > 0 ? ok(`${usable} key(s)`) : fault('person-token-issuer', 'no key of an algorithm that is allowed');
}
