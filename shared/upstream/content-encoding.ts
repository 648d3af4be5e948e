import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

const decoders: Readonly<Record<string, typeof gunzipSync>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/**
 * The body as it was before `Content-Encoding`. We ask for no encoding, and RFC 9110 §12.5.3 lets a server choose one all
 * the same; a front end between us may. `too-large`: it would unfold past `mostBytes`. `unreadable`: an encoding nobody
 * knows, or a body that is not what it says.
 */
export function decoded(
  body: Buffer,
  encoding: string | undefined,
  mostBytes: number,
): Buffer | 'too-large' | 'unreadable' {
  const name = (encoding ?? '').trim().toLowerCase();
  if (name === '' || name === 'identity' || body.length === 0) return body;
  const decode = decoders[name];
  if (decode === undefined) return 'unreadable';
  try {
    return decode(body, { maxOutputLength: mostBytes });
  } catch (error) {
    return (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'unreadable';
  }
}
