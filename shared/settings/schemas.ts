import { addresses } from './bank-settings.ts';
import { altinn, lanekassen, maskinporten } from './party-settings.ts';
import { consents, platform, sessions, state } from './service-settings.ts';

/** Every setting (`docs/contracts/interface.md` §4): name → declaration. Nothing else in the program reads the environment for them. */
export const settingSchemas = {
  ...addresses,
  ...maskinporten,
  ...altinn,
  ...lanekassen,
  ...state,
  ...consents,
  ...sessions,
  ...platform,
};

/** The settings in groups, by the heading that each group has in the documents. */
export const settingGroups: Readonly<Record<string, Partial<typeof settingSchemas>>> = {
  'Address and banks': addresses,
  'Maskinporten and the key': maskinporten,
  Altinn: altinn,
  Lånekassen: lanekassen,
  Consents: consents,
  'Login sessions, the held saldo and the caller': sessions,
  'State and its secrets': state,
  'Platform, telemetry and schedules': platform,
};

type Schemas = typeof settingSchemas;

/** Every setting by its name in the environment, parsed. `undefined` where it is optional and not set. */
export type RawSettings = { [Name in keyof Schemas]: ReturnType<Schemas[Name]['parse']> };
