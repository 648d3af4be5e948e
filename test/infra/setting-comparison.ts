import type * as z from 'zod';
import { settingSchemas } from '../../shared/settings/schemas.ts';

/** Settings of the schema that no app in Azure has, with the reason. */
const reasonedAway: Readonly<Record<string, string>> = {
  STATE_TABLE_CONNECTION_STRING: 'for the emulator alone: it holds a key, and the schema refuses it beyond loopback',
};

/** Settings that the platform reads and the schema does not know. */
const platform: readonly string[] = [
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'AzureWebJobsDisableHomepage',
  'AzureWebJobsStorage__blobServiceUri',
  'AzureWebJobsStorage__clientId',
  'AzureWebJobsStorage__credential',
  'FUNCTIONS_REQUEST_BODY_SIZE_LIMIT',
];

const schemas: Readonly<Record<string, z.ZodType>> = settingSchemas;

/** The settings that an app lacks or should not have, by the schema. */
export function settingFaults(names: readonly string[]): string[] {
  const wanted = [...Object.keys(settingSchemas).filter((name) => !(name in reasonedAway)), ...platform];
  return [
    ...wanted.filter((name) => !names.includes(name)).map((name) => `${name} is missing`),
    ...names.filter((name) => !wanted.includes(name)).map((name) => `${name} is unknown`),
  ];
}

/** Differences between the numbers of a Bicep file and the schema: bounds, defaults, and numbers without bounds. */
export function numberFaults(bicep: string): string[] {
  const bounds = [...bicep.matchAll(/@minValue\((\d+)\)\s+@maxValue\((\d+)\)\s+([A-Z_]+): int/g)];
  const standard = new Map([...bicep.matchAll(/^ {2}([A-Z_]+): (\d+)$/gm)].map(([, name, value]) => [name, value]));
  const faults: string[] = [];
  for (const [, least = '', most = '', name = ''] of bounds) {
    const schema = schemas[name];
    const takes = (value: number) => schema?.safeParse(String(value)).success === true;
    const edges = [Number(least) - 1, Number(least), Number(most), Number(most) + 1].map(takes);
    if (edges.join() !== 'false,true,true,false') faults.push(`${name}: other bounds than the schema's`);
    if (Number(standard.get(name)) !== schema?.safeParse(undefined).data)
      faults.push(`${name}: another standard value than the schema's`);
  }
  const bounded = new Set(bounds.map(([, , , name]) => name));
  return faults.concat(
    Object.keys(settingSchemas)
      .filter((name) => typeof schemas[name]?.safeParse(undefined).data === 'number' && !bounded.has(name))
      .map((name) => `${name}: not bounded in Bicep`),
  );
}
