import { settingSchemas } from '../../shared/settings/schemas.ts';
import { metaOf } from '../../shared/settings/setting.ts';

/** A setting that refers to a secret in the vault. */
export type SecretSetting = {
  name: string;
  /** The azd environment variable that names the secret. */
  variable: string;
  /** The secret's name if the variable is empty; empty: then the setting is off. */
  standard: string;
};

/** Every setting that refers to a secret, from the declarations. Banks' own API keys are not among them. */
export const secretSettings: readonly SecretSetting[] = Object.entries(settingSchemas)
  .map(([name, schema]) => ({ name, ...metaOf(schema) }))
  .filter(({ source }) => source === 'secret')
  .map(({ name, vaultSecret = '' }) => ({
    name,
    variable: `${name.includes('_SECRET') ? name : `${name}_SECRET`}_NAME`,
    standard: vaultSecret,
  }));

/** A value that has the shape of a secret, where the secret itself may not be read or is not made yet. */
export const standInFor = (name: string): string => Buffer.from(name.padEnd(32, '.')).toString('base64');

/** The settings of banks' own API keys that a text of BANKS names, and the vault secret of each (`apiKeysOf` in read-values.bicep). */
export const ownApiKeys = (banks: string): { setting: string; secret: string }[] =>
  [...new Set(banks.match(/(?<=")LANEKASSEN_API_KEY_[A-Z0-9_]+(?=")/g))].map((setting) => ({
    setting,
    secret: setting.toLowerCase().replaceAll('_', '-'),
  }));
