// The named schemas of the document: the program's own zod schemas, by zod's own converter (docs/decisions/0013-openapi.md).
import * as z from 'zod';
import {
  activeConsentSchema,
  consentLogSchema,
  currentConsentSchema,
  endedConsentSchema,
  foundConsentSchema,
  logEntrySchema,
  logEventSchema,
  pendingConsentSchema,
} from '../../../shared/consent/shown-consent.ts';
import { doneSchema, liveSchema, notReadySchema, problemSchema, readySchema } from '../../../shared/http/answers.ts';
import { backchannelLogoutSchema, beforeSchema, startConsentSchema } from '../../../shared/http/requests.ts';
import { accountSchema, accountTypeSchema, moneySchema, saldoSchema } from '../../../shared/saldo/shown-saldo.ts';

/** A JSON Schema (2020-12), which is what OpenAPI 3.1 has for schemas. */
export type JsonSchema = { [keyword: string]: unknown };

/** What callers send, by name. */
const requests = { StartConsent: startConsentSchema, BackchannelLogout: backchannelLogoutSchema };

/** What we answer, by name. */
const answers = {
  Saldo: saldoSchema,
  Account: accountSchema,
  AccountType: accountTypeSchema,
  Money: moneySchema,
  PendingConsent: pendingConsentSchema,
  ActiveConsent: activeConsentSchema,
  FoundConsent: foundConsentSchema,
  CurrentConsent: currentConsentSchema,
  EndedConsent: endedConsentSchema,
  ConsentLog: consentLogSchema,
  LogEntry: logEntrySchema,
  LogEvent: logEventSchema,
  Live: liveSchema,
  Ready: readySchema,
  NotReady: notReadySchema,
  Done: doneSchema,
  Problem: problemSchema,
};

/** The name of a schema in the document. */
export type SchemaName = keyof typeof requests | keyof typeof answers;

/** Where a schema is in the document. */
export const schemaRef = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });

/** zod's pattern of an instant is a calendar; `format` says that, and this says the form. */
function readableInstant({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: JsonSchema }): void {
  if (jsonSchema.format !== 'date-time') return;
  const { precision } = zodSchema._zod.def as { precision?: number | null };
  if (precision === 3) jsonSchema.pattern = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$';
  else delete jsonSchema.pattern;
}

function converted(schemas: Record<string, z.ZodType>, io: 'input' | 'output'): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const { schemas: made } = z.toJSONSchema(registry, {
    uri: (id) => schemaRef(id).$ref,
    target: 'draft-2020-12',
    io,
    override: readableInstant,
  });
  return Object.fromEntries(
    // In a document the place is the name, and the dialect is OpenAPI's own.
    Object.entries(made).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema as JsonSchema]),
  );
}

/** All named schemas, converted. */
export function namedSchemas(): Record<string, JsonSchema> {
  return { ...converted(requests, 'input'), ...converted(answers, 'output') };
}

/** The schema of `?before=`. */
export function beforeJsonSchema(): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(beforeSchema, { io: 'input', override: readableInstant });
  return schema;
}
