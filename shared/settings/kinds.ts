import * as z from 'zod';
import { isLoopback } from '../consent/return-url.ts';
import { parseCertificateChain } from '../key-vault/certificate-chain.ts';
import { Secret } from '../person/secret.ts';

// The kinds of values that settings have. Messages say what is wrong and never repeat the value.

/** Blanks, control and invisible characters, and what surrounds a value in documents: none of it is part of an identifier. */
const odd = /[\s\p{C}"'`<>]/u;

function isSafeUrl(url: URL): boolean {
  // A wildcard is no host, though the parser takes it for one.
  if (url.username !== '' || url.password !== '' || url.hostname.includes('*')) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

/** Scheme and host only; https, or http on loopback. Without a trailing slash. */
export const origin = z.string().transform((value, context) => {
  const url = URL.parse(value);
  if (!url || !isSafeUrl(url) || odd.test(value))
    context.addIssue('must be an https URL (http for loopback addresses only)');
  else if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || /[?#]/.test(value))
    context.addIssue('must be scheme and host only, without a path');
  else return url.origin;
  return z.NEVER;
});

/** A full URL, exactly as given, because some are compared as strings (an issuer). */
export const fullUrl = z.string().refine((value) => {
  const url = URL.parse(value);
  return url !== null && isSafeUrl(url) && !odd.test(value);
}, 'must be an https URL (http for loopback addresses only)');

/** A blob container. A signature in its query would be a secret in clear, so there is none. */
export const containerUrl = fullUrl.refine((value) => {
  const url = URL.parse(value);
  return url?.search === '' && url.hash === '' && url.pathname.length > 1;
}, 'must be the address of a container, without a query');

/** A Key Vault key id with version. */
export const keyId = fullUrl.refine(
  (value) => /^\/keys\/[0-9A-Za-z-]{1,127}\/[0-9A-Za-z]{1,64}$/.test(URL.parse(value)?.pathname ?? ''),
  'must be a Key Vault key id with version: https://<vault>/keys/<name>/<version>',
);

/** Nine digits with the control digit of Enhetsregisteret (modulus 11). */
export const organisationNumber = z.string().refine((value) => {
  if (!/^[0-9]{9}$/.test(value)) return false;
  const digits = [...value].map(Number);
  const sum = [3, 2, 7, 6, 5, 4, 3, 2].reduce((total, weight, index) => total + weight * (digits[index] ?? 0), 0);
  return (11 - (sum % 11)) % 11 === digits[8];
}, 'must be 9 digits with a right control digit');

/** Resource ids, separated by commas: letters, digits, `_` and `-`, as Altinn's resource registry has them. */
export const resourceIds = z.string().transform((value, context): readonly [string, ...string[]] => {
  const [first, ...others] = value.split(',').map((id) => id.trim());
  const isSound = (id: string | undefined): id is string => id !== undefined && /^[\w-]{1,256}$/.test(id);
  if (isSound(first) && others.every(isSound) && new Set([first, ...others]).size === others.length + 1)
    return [first, ...others];
  context.addIssue('must name one resource id, or several separated by commas');
  return z.NEVER;
});

/** Base64 of at least 32 random bytes. */
export const secretKey = z
  .string()
  .refine(
    (value) => /^[A-Za-z0-9+/]+={0,2}$/.test(value) && Buffer.from(value, 'base64').length >= 32,
    'must be base64 of at least 32 random bytes',
  )
  .transform((value) => new Secret(value));

/** Goes into a header: what cannot be sent would look like an upstream that is down. */
export const secretText = z
  .string()
  .refine((value) => /^[\x21-\x7e]+$/.test(value), 'must be visible ASCII without blanks or line breaks')
  .refine(
    (value) => !value.startsWith('@Microsoft.KeyVault('),
    'is a Key Vault reference that the platform has not resolved',
  )
  .transform((value) => new Secret(value));

/** For an emulator only: a connection string holds a key, so it may name nothing beyond this machine. */
export const emulatorConnection = z
  .string()
  .refine((value) => {
    if (/^UseDevelopmentStorage=true;?$/i.test(value)) return true;
    const endpoint = URL.parse(/(?:^|;)TableEndpoint=([^;]+)/i.exec(value)?.[1] ?? '');
    return endpoint !== null && isLoopback(endpoint.hostname);
  }, 'must be a connection string whose TableEndpoint is on a loopback address; elsewhere use STATE_TABLE_ENDPOINT')
  .transform((value) => new Secret(value));

/** Words for people, without invisible characters: these could reverse the text around them, or let two names look the same. */
export const text = z
  .string()
  .refine((value) => value.trim() !== '', 'must not be blank')
  .refine((value) => !/^\s|\s$/.test(value) || value.trim() === '', 'must not begin or end with a blank')
  .refine((value) => !/[\p{C}\p{Zl}\p{Zp}]/u.test(value), 'must not hold invisible characters or line breaks');

/** Compared to the letter, or sent: what cannot be seen in it would be found out by a refusal at every call. */
export const identifier = z
  .string()
  .refine((value) => value !== '' && !odd.test(value), 'must not hold blanks, quotes, <, > or invisible characters');

/** Public certificates in PEM, leaf first; as the header `x5c` has them. */
export const certificateChain = z.string().transform((value, context): readonly string[] => {
  const chain = parseCertificateChain(value);
  if ('x5c' in chain) return chain.x5c;
  context.addIssue(chain.fault);
  return z.NEVER;
});

/** A whole number within bounds, or its default. The bounds are kept beside it, for the documents and for Bicep. */
export function whole({ standard, min, max }: { standard: number; min: number; max: number }) {
  return z
    .string()
    .default(String(standard))
    .refine(
      (value) => /^\d{1,9}$/.test(value) && Number(value) >= min && Number(value) <= max,
      `must be a whole number from ${min} to ${max}`,
    )
    .transform(Number)
    .meta({ bounds: { min, max } });
}

/** One of a few words, or the default. The words are kept beside it, for Bicep. */
export function choice<const Words extends readonly [string, ...string[]]>(words: Words, standard: Words[number]) {
  const list = `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  return z.enum(words, `must be ${list}`).default(standard).meta({ choices: words });
}

/** `true` or `false`, or the default. */
export const flag = (standard: 'true' | 'false') =>
  choice(['true', 'false'], standard)
    .transform((value) => value === 'true')
    .meta({ choices: ['true', 'false'] });

/** NCRONTAB with six fields (seconds first). Field by field it is checked by the Functions host. */
export function schedule(standard: string) {
  return z
    .string()
    .default(standard)
    .refine((value) => /^(\S+ ){5}\S+$/.test(value.trim()), 'must be an NCRONTAB expression of six fields');
}

/** One scope, or the default. */
export const scope = (standard: string) =>
  z
    .string()
    .default(standard)
    .refine((value) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value), 'must be one scope');

/** Precedes a token in `Authorization`. App settings lose trailing blanks on the way: one is added if it ends in none. */
export const headerPrefix = z
  .string()
  .default('')
  .refine((value) => /^[\x20-\x7e]*$/.test(value), 'must be ASCII without line breaks')
  .transform((value) => (value === '' || value.endsWith(' ') ? value : `${value} `));
