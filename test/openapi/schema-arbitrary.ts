// Values that a JSON Schema of the document allows, for fast-check. It knows only the keywords that occur in requests.
import fc from 'fast-check';
import type { JsonSchema } from '../../tools/docs/openapi/schemas.ts';

/** An arbitrary of the values that `schema` allows. `named` returns the target of a `$ref`. Throws for an unknown keyword. */
export function valuesOf(schema: JsonSchema, named: Record<string, JsonSchema>): fc.Arbitrary<unknown> {
  const { $ref, type, format, pattern, minLength, properties, required } = schema;
  if (typeof $ref === 'string') {
    const target = named[$ref.replace('#/components/schemas/', '')];
    if (target === undefined) throw new Error(`${$ref} leads nowhere.`);
    return valuesOf(target, named);
  }
  if (type === 'string') {
    if (format === 'uuid') return fc.uuid();
    if (format === 'date-time')
      return fc
        .date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString());
    if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern));
    if (format === undefined) return fc.string({ unit: 'binary', minLength: Number(minLength ?? 0), maxLength: 60 });
  }
  if (type === 'object') {
    const members = Object.entries((properties ?? {}) as Record<string, JsonSchema>);
    return fc.record(Object.fromEntries(members.map(([name, member]) => [name, valuesOf(member, named)])), {
      requiredKeys: (required ?? []) as string[],
    });
  }
  throw new Error(`No values for ${JSON.stringify(schema)}.`);
}
