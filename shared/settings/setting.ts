import type * as z from 'zod';

/** Where an app in Azure has a setting from. */
export type SettingSource =
  /** The bank decides it or is given it: a value of the azd environment. */
  | 'bank'
  /** The address of an outside party: differs between test and production. */
  | 'party'
  /** How the service behaves: the default, unless the environment's profile says otherwise. */
  | 'service'
  /** A reference to a secret in the vault. */
  | 'secret'
  /** What is deployed: the template writes it. */
  | 'template'
  /** Not in Azure. */
  | 'local';

/** What is said of a setting beside its schema. From the two are generated: documents, the example file, and what Bicep knows. */
export type SettingMeta = {
  /** What it is, in a sentence, with its unit. */
  words: string;
  /** A value that shows its form, as the local world has it. Absent: its default shows it, or it is optional. */
  example?: string;
  /** Where an app in Azure has it from. */
  source: SettingSource;
  /** Of a required secret: the name of the vault secret that it refers to, unless the azd environment names another. */
  vaultSecret?: string;
  /** An empty variable is a value, and does not count as absent. */
  emptyIsAValue?: true;
  /** Blanks at its ends are part of it. */
  untrimmed?: true;
};

/** What `kinds.ts` adds: of a whole number its bounds, of a choice its words. */
export type KindMeta = { bounds?: { min: number; max: number }; choices?: readonly string[] };

/** Declares a setting: its schema, with what is said of it. */
export const setting = <Schema extends z.ZodType>(schema: Schema, meta: SettingMeta): Schema => schema.meta(meta);

/** What the declaration of a setting says of it. */
export const metaOf = (schema: z.ZodType): SettingMeta & KindMeta => schema.meta() as SettingMeta & KindMeta;

/** The environment's value as the schema is given it; `undefined`: the variable counts as absent. */
function givenOf(schema: z.ZodType, value: string | undefined): string | undefined {
  const { emptyIsAValue, untrimmed } = metaOf(schema);
  const set = value === '' && !emptyIsAValue ? undefined : value;
  return untrimmed ? set : set?.trim();
}

/**
 * Reads one setting: its value, or each fault by name and reason; a value is never part of a reason. In a setting that is a list or
 * an object the name continues with the path: `BANKS[2].name`.
 */
export function readSetting(
  name: string,
  schema: z.ZodType,
  value: string | undefined,
): { data: unknown } | { faults: string[] } {
  const given = givenOf(schema, value);
  if (given === '' && value !== '') return { faults: [`${name}: must not be blank`] };
  const result = schema.safeParse(given);
  if (result.success) return { data: result.data };
  if (given === undefined) return { faults: [`${name}: is missing`] };
  return { faults: result.error.issues.map(({ path, message }) => `${name}${path.map(step).join('')}: ${message}`) };
}

const step = (part: PropertyKey) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`);
