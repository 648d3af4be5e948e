// The open questions of the contract (docs/contracts/open-questions.md, part A), and how this script meets each.

/** A question that a probe answers: what it is, and the setting that its answer decides, if one does. */
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
  U17: { question: "Whether the bank is let in by the resource's access list", setting: undefined },
} as const;

/** The number of a question with a probe. */
export type QuestionId = keyof typeof probed;

/** Questions without a probe: why, or where the answer is found. */
export const notProbed: Readonly<Record<string, string>> = {
  U5: 'follows from U3 and U4',
  U8: 'the program reads the status alone, whatever the body',
  U9: 'a probe would be a burst of calls; the program takes what it meets: 429 and Retry-After',
  U10: 'a consent cannot be made to expire within a day; 401 and 403 are treated alike',
  U18: 'there is nothing to migrate on a first day (ACCEPT_MIGRATED_CONSENTS)',
  U19: 'sent; a refusal would show at the consent request',
  U20: 'sent as `hide`; a refusal would show at the consent request',
  U21: 'not sent; a demand for it would show at the consent request',
  U22: 'not sent; a demand for it would show at the consent request',
  U23: 'not sent; a demand for it would show at the consent request',
  U24: 'not used; a demand for it would show at the grants',
  U25: 'the person sees it at the click',
  U26: 'the flow of Altinn 2 is not built',
  U27: "the bank's choice, seen at the grants",
  U28: 'documents that Bits hands out',
  U29: 'a choice, not an answer of a party (SESSION_TTL_MINUTES)',
};

/** What a party answered to a question. `value`: of the question's setting, as this answer has it. */
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
