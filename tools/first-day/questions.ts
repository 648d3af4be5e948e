// The open questions of the contract (docs/contracts/open-questions.md, part A), and how this script handles each.

/** The questions that a probe answers, and the setting that the answer decides, if there is one. */
export const probed = {
  U1: { question: "Lånekassen's consent resource", setting: 'ALTINN_CONSENT_RESOURCE_ID' },
  U2: { question: 'The metadata key of the resource', setting: 'ALTINN_CONSENT_METADATA_KEY' },
  U3: { question: 'How the consent token reaches Lånekassen', setting: 'LANEKASSEN_CONSENT_TRANSPORT' },
  U4: { question: 'Whether Lånekassen remembers a consent', setting: 'LANEKASSEN_SEND_CONSENT_TOKEN' },
  U6: { question: 'The scope of the consent token', setting: 'LANEKASSEN_SCOPE' },
  U7: { question: 'The prefix in Authorization', setting: 'LANEKASSEN_AUTH_PREFIX' },
  U11: { question: 'Whether TotalAmount is the sum', setting: undefined },
  U12: { question: 'A person without debt: 404, or 200 without accounts', setting: undefined },
  U13: { question: 'Whether sub-accounts of zero are returned', setting: undefined },
  U14: { question: "Maskinporten's answer for a consent that cannot be used", setting: undefined },
  U15: { question: 'The life of tokens', setting: undefined },
  U16: { question: 'The longest life of a consent', setting: undefined },
  U17: { question: "Whether the bank is on the resource's access list", setting: undefined },
} as const;

/** The number of a question with a probe. */
export type QuestionId = keyof typeof probed;

/** The questions without a probe: why there is none, or where the answer shows. */
export const notProbed: Readonly<Record<string, string>> = {
  U5: 'follows from U3 and U4',
  U8: 'the program reads only the status, whatever the body is',
  U9: 'a probe would be a burst of calls; the program follows 429 and Retry-After',
  U10: 'no consent can expire within a day; the program treats 401 and 403 alike',
  U18: 'there is nothing to migrate on a first day (ACCEPT_MIGRATED_CONSENTS)',
  U19: 'sent; a refusal would show at the consent request',
  U20: 'sent as `hide`; a refusal would show at the consent request',
  U21: 'not sent; a demand for it would show at the consent request',
  U22: 'not sent; a demand for it would show at the consent request',
  U23: 'not sent; a demand for it would show at the consent request',
  U24: 'not used; a demand for it would show at the grants',
  U25: 'the person sees it in Altinn',
  U26: 'the flow of Altinn 2 is not built',
  U27: 'the bank decides it; it shows at the grants',
  U28: 'Bits provides the documents',
  U29: 'the bank decides it (SESSION_TTL_MINUTES), and no party answers it',
};

/** The answer of a party to a question. `value`: the value that the question's setting must have because of this answer. */
export type Answer = { question: QuestionId; seen: string; value?: string };

/**
 * The settings that follow from answers and differ from `current`: names and values. None of these settings is a secret.
 */
export function settingsThatFollow(
  answers: readonly Answer[],
  current: Readonly<Partial<Record<string, string>>>,
): Record<string, string> {
  const changes: Record<string, string> = {};
  for (const { question, value } of answers) {
    const { setting } = probed[question];
    if (setting !== undefined && value !== undefined && current[setting] !== value) changes[setting] = value;
  }
  return changes;
}
