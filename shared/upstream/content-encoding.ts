import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

type Decoder = typeof gunzipSync;

/** `deflate` is zlib's format (RFC 9110 §8.4.1.2). Some servers send the raw stream; browsers read both, and so does this. */
const inflate: Decoder = (body, options) => {
  // A zlib header: method 8, and a multiple of 31.
  const bytes = body as Buffer;
  const isZlib = ((bytes[0] ?? 0) & 15) === 8 && (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) % 31 === 0;
  return isZlib ? inflateSync(bytes, options) : inflateRawSync(bytes, options);
};

const decoders: Readonly<Record<string, Decoder>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflate,
  br: brotliDecompressSync,
};

/**
 * The body as it was before `Content-Encoding`. We ask for no encoding, and RFC 9110 §12.5.3 lets a server choose one all
 * the same; a front end between us may. `too-large`: it would unfold past `maxBytes`. `unreadable`: an encoding no one
 * knows, or a body that is not what it says.
 */
export function decoded(
  body: Buffer,
  encoding: string | undefined,
  maxBytes: number,
): Buffer | 'too-large' | 'unreadable' {
  const name = (encoding ?? '').trim().toLowerCase();
  if (name === '' || name === 'identity' || body.length === 0) return body;
  const decode = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
  if (decode === undefined) return 'unreadable';
  try {
    return decode(body, { maxOutputLength: maxBytes });
  } catch (error) {
    return (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'unreadable';
  }
}

/** The body as text: in the `charset` that its content type names, in UTF-8 without one; a byte order mark is left out. */
export function textOf(body: Buffer, contentType: string | undefined): string {
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? '')?.[1];
  try {
    return new TextDecoder(charset ?? 'utf-8').decode(body);
  } catch {
    // An unknown name.
    return new TextDecoder().decode(body);
  }
}
