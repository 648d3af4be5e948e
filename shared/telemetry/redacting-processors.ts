import type { useAzureMonitor } from 'applicationinsights';
import { redact } from './redaction.ts';

type Options = NonNullable<Parameters<typeof useAzureMonitor>[0]>;
type SpanProcessor = NonNullable<Options['spanProcessors']>[number];
type LogProcessor = NonNullable<Options['logRecordProcessors']>[number];

const nothing = async () => {};

/** Redacts text, also inside arrays and objects; leaves everything else unchanged. Bodies and attributes may be nested. */
function clean(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  // Eleven digits are a national id as a number too.
  if (typeof value === 'number' || typeof value === 'bigint')
    return /^\d{11}$/.test(String(value)) ? '[number]' : value;
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [redact(name), clean(inner)]));
  return value;
}

/** In place: a span that has ended takes no changes any more, but its attributes are the very object that is sent. */
function cleanInPlace(attributes: Record<string, unknown> | undefined): void {
  if (attributes === undefined) return;
  for (const [name, value] of Object.entries(attributes)) {
    const cleanName = redact(name);
    if (cleanName !== name) delete attributes[name];
    attributes[cleanName] = clean(value);
  }
}

/**
 * The last gate for log records and events: body, attributes, exceptions. Our own hold nothing but the vocabulary's
 * values; this is for what a library may emit one day.
 */
export const redactingLogProcessor: LogProcessor = {
  onEmit(record) {
    if (record.body !== undefined) record.setBody(clean(record.body) as NonNullable<typeof record.body>);
    cleanInPlace(record.attributes as Record<string, unknown>);
  },
  forceFlush: nothing,
  shutdown: nothing,
};

/**
 * The last gate for spans: attributes, events (exceptions among them), links, status, and the name. The name is a plain
 * property of the ended span that no method changes any more, so it is set.
 */
export const redactingSpanProcessor: SpanProcessor = {
  onStart() {},
  onEnd(span) {
    const writable = span as { name: string; status: { message?: string } };
    writable.name = redact(span.name);
    if (writable.status.message !== undefined) writable.status.message = redact(writable.status.message);
    cleanInPlace(span.attributes);
    for (const event of span.events) {
      event.name = redact(event.name);
      cleanInPlace(event.attributes);
    }
    for (const link of span.links) cleanInPlace(link.attributes);
  },
  forceFlush: nothing,
  shutdown: nothing,
};
