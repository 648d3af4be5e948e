// Finds out how Lånekassen must be called (open questions U3, U4, U7), and the form of its answer (U11, U12, U13). It makes a few calls, each
// with its own request id, and keeps only the kind of an answer.
import { type CallTokens, createLanekassen, type LanekassenTransport } from '../../shared/lanekassen/client.ts';
import type { Secret } from '../../shared/person/secret.ts';
import { createTelemetry } from '../../shared/telemetry/telemetry.ts';
import { type Blame, blameOf, RedStep } from './contacts.ts';
import type { Day } from './day.ts';
import type { Answer } from './questions.ts';
import type { Seen } from './steps.ts';

/** One way to send a call. */
type Way = { transport: LanekassenTransport; prefix: string };
type Tried = { kind: 'accounts' | 'not-a-customer' | 'unauthorised' | 'forbidden'; answers: Answer[] };

const transports: readonly LanekassenTransport[] = ['consent-id-header', 'authorization-only', 'both'];
const firstIs = <T>(first: T, all: readonly T[]): T[] => [first, ...all.filter((one) => one !== first)];
const prefixWords = (prefix: string) => (prefix === '' ? 'no prefix' : `the prefix "${prefix}"`);
const isAnswer = ({ kind }: Tried) => kind === 'accounts' || kind === 'not-a-customer';
const statusOf = { accounts: 200, 'not-a-customer': 404, unauthorised: 401, forbidden: 403 } as const;

/** Calls once. `requestIds` gets the X-Request-Id of a refusal, by which Lånekassen can find the call. */
async function ask(
  day: Day,
  { transport, prefix }: Way,
  { shared, consent }: CallTokens,
  requestIds: string[],
): Promise<Tried> {
  const { settings, bank, http, policy, time, deadline } = day.context;
  const { baseUrl } = settings.lanekassen;
  const telemetry = createTelemetry((_, line) => {
    const id = /"lanekassenRequestId":"([0-9a-f-]{36})"/.exec(line)?.[1];
    if (id !== undefined) requestIds.push(id);
  });
  const client = createLanekassen(
    { baseUrl, apiKey: bank.lanekassenApiKey, transport, authPrefix: prefix },
    { http, policy: policy('lanekassen', settings.policy.lanekassen), time, telemetry },
  );
  const limits = { deadline: deadline(), maxAttempts: 1, isRetry: false, onAttempt: () => {} };
  const answer = await client.accounts(day.person.nationalId, async () => ({ shared, consent }), limits);
  return {
    kind: answer.kind,
    answers: answer.kind === 'accounts' ? answersIn(answer.reply) : unknownPerson(answer.kind),
  };
}

const unknownPerson = (kind: Tried['kind']): Answer[] =>
  kind === 'not-a-customer' ? [{ question: 'U12', seen: 'this person: 404' }] : [];

/** What an answer says about the open questions. It never has a figure. */
function answersIn({
  accounts,
  totalMismatch,
}: {
  accounts: readonly { balanceOre: number }[];
  totalMismatch: boolean;
}): Answer[] {
  const zeros = accounts.filter(({ balanceOre }) => balanceOre === 0).length;
  return [
    {
      question: 'U11',
      seen: totalMismatch ? 'TotalAmount is not the sum; the program shows the sum' : 'TotalAmount is the sum',
    },
    ...(accounts.length === 0 ? [{ question: 'U12', seen: 'this person: 200 without accounts' } as const] : []),
    { question: 'U13', seen: zeros > 0 ? 'this answer has sub-accounts of zero' : 'this answer has none of zero' },
  ];
}

/** Tries prefixes and transports until Lånekassen answers, then calls once more without the consent token. Keeps the settings that work. */
export async function probeLanekassen(day: Day): Promise<Seen> {
  const set = day.settings.lanekassen;
  const { tokens, grants, deadline } = day.context;
  // A new token, because the person may have taken longer than a token is valid.
  const { token: shared } = await tokens.request(grants.lanekassen, deadline());
  const requestIds: string[] = [];
  const tries: string[] = [];
  const tried = async (way: Way, consent: Secret | undefined) => {
    const result = await ask(day, way, { shared, consent }, requestIds);
    const what = consent === undefined ? 'without a consent token' : way.transport;
    tries.push(`${what}, ${prefixWords(way.prefix)}: ${statusOf[result.kind]}`);
    return result;
  };

  // First without the consent token. A refusal that names the missing consent shows that the other token was read, so the prefix is right.
  const bothPrefixes = firstIs(set.authPrefix, ['', 'Bearer ']);
  let prefixes = bothPrefixes;
  let isKnown = false;
  for (const prefix of bothPrefixes) {
    const { kind } = await tried({ transport: set.consentTransport, prefix }, undefined);
    if (kind === 'unauthorised') continue;
    prefixes = [prefix];
    isKnown = kind === 'accounts' || kind === 'not-a-customer';
    break;
  }

  let served: (Way & { result: Tried }) | undefined;
  for (const transport of firstIs(set.consentTransport, transports))
    for (const prefix of prefixes) {
      if (served !== undefined) break;
      const result = await tried({ transport, prefix }, day.consentToken);
      if (isAnswer(result)) served = { transport, prefix, result };
    }
  if (served === undefined) throw new RedStep(refusal(tries, requestIds));

  const { transport, prefix, result } = served;
  const again = await tried({ transport, prefix }, undefined);
  const send = isAnswer(again) ? 'until-200' : 'always';
  await day.apply({
    LANEKASSEN_AUTH_PREFIX: prefix,
    ...(isKnown ? {} : { LANEKASSEN_CONSENT_TRANSPORT: transport }),
    LANEKASSEN_SEND_CONSENT_TOKEN: send,
  });
  const transportAnswer: Answer = isKnown
    ? {
        question: 'U3',
        seen: 'not known: Lånekassen answered this person before any consent token; take another person',
      }
    : { question: 'U3', seen: `Lånekassen takes the consent token by ${transport}`, value: transport };
  return {
    seen: tries.join('; '),
    answers: [
      transportAnswer,
      { question: 'U7', seen: `Lånekassen takes ${prefixWords(prefix)}`, value: prefix },
      {
        question: 'U4',
        seen: isAnswer(again) ? 'it remembers the consent' : 'it asks for the token each time',
        value: send,
      },
      ...result.answers,
    ],
  };
}

/** The blame if every way was refused. Only 401: the key or the token is wrong. 403: the consent is refused. */
function refusal(tries: readonly string[], requestIds: readonly string[]): Blame {
  const found = `${tries.join('; ')}. X-Request-Id: ${requestIds.join(', ')}`;
  if (tries.every((one) => one.endsWith('401'))) return blameOf('lanekassen-refuses', found);
  return {
    says: `Lånekassen refuses the consent by every transport (${found}).`,
    who: 'Lånekassen',
    remedy:
      'Send Lånekassen these request ids and the time. Ask how the consent token must be sent under Altinn 3 (open question U3).',
  };
}
