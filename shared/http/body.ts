import type { HttpRequest } from '@azure/functions';
import type * as z from 'zod';
import { ProblemError } from '../problems.ts';

/** Largest request body, bytes (`docs/contracts/interface.md` §3). */
const maxBodyBytes = 16 * 1024;

const invalid = (detail: string, status?: number) => new ProblemError('request-invalid', { detail, status });

/**
 * The body's bytes. Throws `request-invalid`, with status 413 when it is too large, and `length-required` for one in chunks,
 * which reaches the function empty (`docs/decisions/0023-bodies-in-chunks.md`).
 */
async function readBytes(request: HttpRequest): Promise<Buffer> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBodyBytes)
    throw invalid('The body is larger than 16 KiB.', 413);
  const bytes = Buffer.from(await request.arrayBuffer());
  if (bytes.length > maxBodyBytes) throw invalid('The body is larger than 16 KiB.', 413);
  if (bytes.length === 0 && /\bchunked\b/i.test(request.headers.get('transfer-encoding') ?? ''))
    throw new ProblemError('length-required', { detail: 'Send the body with a Content-Length, not in chunks.' });
  return bytes;
}

/** The one value of `name` in a form body (`application/x-www-form-urlencoded`). Throws `request-invalid`, `length-required`. */
export async function readFormField(request: HttpRequest, name: string): Promise<string> {
  const bytes = await readBytes(request);
  if (!/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(request.headers.get('content-type') ?? ''))
    throw invalid('Content-Type must be application/x-www-form-urlencoded.');
  const values = new URLSearchParams(bytes.toString('utf8')).getAll(name);
  const [value] = values;
  if (value === undefined || value === '' || values.length > 1) throw invalid(`The form must have one ${name}.`);
  return value;
}

/** The body as `schema` has it. Throws `request-invalid`, with status 413 when it is too large, and `length-required`. */
export async function readJsonBody<T>(request: HttpRequest, schema: z.ZodType<T>): Promise<T> {
  const bytes = await readBytes(request);
  if (bytes.length === 0) throw invalid('The body is empty. Send JSON with a Content-Length.');
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type))
    throw invalid('Content-Type must be application/json.');
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalid('The body is not valid JSON in UTF-8.');
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  // Paths and messages are the schema's; what came in is not repeated.
  const issue = result.error.issues[0];
  throw invalid(`The body does not fit: ${issue?.path.join('.') || 'body'}: ${issue?.code ?? 'invalid'}.`);
}
