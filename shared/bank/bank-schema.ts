import * as z from 'zod';
import { parseReturnUrl, parseReturnUrlRule, type ReturnUrlRule } from '../consent/return-url.ts';
import { certificateChain, fullUrl, identifier, keyId, organisationNumber, origin, text } from '../settings/kinds.ts';

const algorithm = z
  .string()
  .refine((value) => /^(RS|PS|ES)(256|384|512)$|^EdDSA$/.test(value), 'must be an asymmetric JWS algorithm');

/** Not a name that every object inherits, such as `constructor`: a token without the claim would seem to have it. */
const claimName = identifier.refine((name) => !(name in {}), 'must not be a name that each object has');

const identityProvider = z.strictObject({
  issuer: fullUrl,
  audience: identifier,
  jwksUri: fullUrl,
  nationalIdClaim: claimName.default('pid'),
  sessionClaim: claimName.default('sid'),
  algorithms: z.array(algorithm).min(1, 'must name at least one').default(['RS256', 'PS256', 'ES256']),
  /** `aud` of logout tokens; absent: back-channel logout is off. */
  logoutAudience: identifier.optional(),
  /** Distinguishes banks whose tokens have issuer and audience in common; compared exactly. Absent: both are this bank's alone. */
  bankClaim: z.strictObject({ name: claimName, value: text }).optional(),
});

const returnUrlRule = z.string().transform((value, context): ReturnUrlRule => {
  const rule = parseReturnUrlRule(value);
  if (rule !== undefined) return rule;
  context.addIssue('is not a URL that may be returned to');
  return z.NEVER;
});

/** A rule between members is also checked while one of them is missing, so that all faults are found at once. */
const isObject = ({ value }: { value: unknown }) => typeof value === 'object' && value !== null;

/** A client of the bank's own. `kid` or `certificateChain` names the key, as for the app's own client. */
const ownClient = z
  .strictObject({
    clientId: identifier,
    keyId,
    kid: identifier.optional(),
    certificateChain: certificateChain.optional(),
    altinnClientId: identifier.optional(),
    altinnKeyId: keyId.optional(),
    altinnKid: identifier.optional(),
  })
  .refine((client) => (client.kid === undefined) !== (client.certificateChain === undefined), {
    path: ['kid'],
    message: 'set either this or certificateChain, and not both',
    when: isObject,
  })
  .refine(
    ({ keyId: own, altinnKeyId, altinnKid }) =>
      altinnKeyId === undefined || altinnKeyId === own || altinnKid !== undefined,
    { path: ['altinnKid'], message: 'is missing (altinnKeyId is a key of its own)', when: isObject },
  );

const callsAtOnce = z
  .number()
  .refine((calls) => Number.isInteger(calls) && calls >= 1 && calls <= 256, 'must be a whole number from 1 to 256');

/** The platform compares texts, so an origin must be the text that browsers send. */
const corsOrigin = z.string().refine((value) => {
  const parsed = origin.safeParse(value);
  return parsed.success && parsed.data === value && !value.includes('*');
}, 'must be one origin as browsers send it: https://host in lower case, without a path or a default port');

const actionGroupId = z
  .string()
  .refine(
    (value) =>
      /^\/subscriptions\/[^/,\s]+\/resourceGroups\/[^/,\s]+\/providers\/Microsoft\.Insights\/actionGroups\/[^/,\s]+$/i.test(
        value,
      ),
    'must be the id of an action group: /subscriptions/…/actionGroups/…',
  );

/** What the templates read of a bank (infra/environments/read-values.bicep); the app itself does nothing with it. */
const deployment = z.strictObject({
  corsAllowedOrigins: z.array(corsOrigin).optional(),
  actionGroupIds: z.array(actionGroupId).optional(),
});

/** One entry of BANKS (`docs/contracts/interface.md` §4). Messages say what is wrong and never repeat a value. */
export const bankSchema = z.strictObject({
  /** Nine digits: the bank's name everywhere in the program. */
  organisationNumber,
  /** As the customer sees it in the consent text. Enhetsregisteret has no longer ones. */
  name: text
    .refine((name) => name.length <= 175, 'must have at most 175 characters')
    .refine((name) => !/[<>]/.test(name), 'must not hold < or >'),
  allowedReturnUrls: z.array(returnUrlRule).min(1, 'must name at least one URL'),
  defaultReturnUrl: z
    .string()
    .refine((value) => parseReturnUrl(value) !== undefined, 'is not a URL that may be returned to'),
  identityProvider,
  isSupplierCustomer: z.boolean().default(false),
  maskinporten: ownClient.optional(),
  lanekassenApiKeySetting: z
    .string()
    .refine(
      (value) => /^LANEKASSEN_API_KEY_[A-Z0-9_]{1,64}$/.test(value),
      'must be the name of a setting that begins with LANEKASSEN_API_KEY_',
    )
    .optional(),
  /** The bank's customers are answered `upstream-unavailable` for now. Logout, and the end of a consent, work. */
  isPaused: z.boolean().default(false),
  limits: z.strictObject({ lanekassenMaxConcurrency: callsAtOnce }).optional(),
  deployment: deployment.optional(),
});

/** The most banks of one app. */
export const mostBanks = 500;

/** BANKS, parsed. */
export const banksSchema = z
  .array(bankSchema)
  .min(1, 'must name at least one bank')
  .max(mostBanks, `must name at most ${mostBanks} banks`);

/** One entry of BANKS, parsed. */
export type BankEntry = z.infer<typeof bankSchema>;
