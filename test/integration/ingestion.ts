// An ingestion endpoint of Application Insights on loopback, with TLS, because the exporter accepts nothing else.
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { selfSigned } from '../fixtures/self-signed.ts';

/** One telemetry item as it was sent: a row of `AppEvents`, `AppMetrics` and so on. */
export type Envelope = {
  name: string;
  time: string;
  tags: Record<string, string>;
  data: {
    baseType: string;
    baseData: {
      name?: string;
      metrics?: { name: string; value: number; count: number; min?: number; max?: number }[];
      properties?: Record<string, string>;
      measurements?: Record<string, number>;
    };
  };
};

/** A request as it arrived; its body also decompressed. */
export type Sent = { path: string; headers: Record<string, string>; raw: Buffer; text: string };

export type Ingestion = {
  /** For `APPLICATIONINSIGHTS_CONNECTION_STRING`. */
  connectionString: string;
  /** File with the certificate, for `NODE_EXTRA_CA_CERTS`. */
  certificate: string;
  sent(): readonly Sent[];
  envelopes(): Envelope[];
  /** How every following request is answered; `slow` never answers. */
  answer(how: 'ok' | 'slow' | number): void;
  close(): Promise<void>;
};

/** Starts the endpoint with a certificate of its own, created by openssl. */
export async function startIngestion(): Promise<Ingestion> {
  const { certificateFile, identity, remove } = selfSigned();
  const sent: Sent[] = [];
  let how: 'ok' | 'slow' | number = 'ok';
  const server = createServer(identity);
  server.on('request', async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw).toString() : raw.toString();
    sent.push({ path: request.url ?? '', headers: request.headers as Record<string, string>, raw, text });
    if (how === 'slow') return;
    const count = itemsIn(text).length;
    const body = { itemsReceived: count, itemsAccepted: how === 'ok' ? count : 0, errors: [] };
    response.writeHead(how === 'ok' ? 200 : how, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    connectionString: `InstrumentationKey=00000000-0000-4000-8000-000000000000;IngestionEndpoint=${url}/;LiveEndpoint=${url}/`,
    certificate: certificateFile,
    sent: () => sent,
    envelopes: () => sent.flatMap(({ text }) => itemsIn(text)),
    answer: (next) => {
      how = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      remove();
    },
  };
}

/** The items of a body: a JSON array, or one item a line. */
function itemsIn(text: string): Envelope[] {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  if (trimmed.startsWith('[')) return JSON.parse(trimmed) as Envelope[];
  return trimmed.split('\n').map((line) => JSON.parse(line) as Envelope);
}
