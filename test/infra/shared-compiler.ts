// One Bicep compiler for a whole run of the tests. The first evaluation of a new process takes five seconds, a later one half a second.
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type BicepCompiler, bicepEnvironment, findBicep } from '../../tools/infra/bicep-compiler.ts';
import { exampleEnvironment } from '../../tools/infra/example-environment.ts';
import { type BicepRpc, startBicepRpc } from './bicep-rpc.ts';

type Question = { id: number; method: string; params: object };
type Answer = { id: number; result?: Record<string, unknown>; error?: string };

/** The method that starts nothing. It returns the compiler's place (`path`, `version`), or why there is none (`missing`). */
const find = 'find';

/**
 * Serves a compiler to test files, one JSON text a line. It is searched for at the first call and started at the first call that needs it,
 * so a run without infrastructure pays nothing. `address` is for `connectCompiler`.
 */
export function serveCompiler(): { address: string; close(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'bicep-'));
  const address = process.platform === 'win32' ? `\\\\.\\pipe\\bicep-${process.pid}` : join(folder, 'socket');
  let found: Promise<BicepCompiler> | undefined;
  let running: BicepRpc | undefined;
  const answer = async ({ method, params }: Question): Promise<Record<string, unknown>> => {
    found ??= findBicep();
    const compiler = await found;
    if (method === find) return compiler;
    if ('missing' in compiler) throw new Error(compiler.missing);
    const { PATH = '', HOME = '' } = process.env;
    // Without the profiling for .NET's second tier, which costs more than it saves in a short process.
    const quick = { DOTNET_TieredPGO: '0' };
    running ??= startBicepRpc(compiler.path, bicepEnvironment({ PATH, HOME, ...quick, ...exampleEnvironment }));
    return running.call(method, params);
  };
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    // A test file that has ended needs no answer.
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    createInterface(socket).on('line', async (line) => {
      const question = JSON.parse(line) as Question;
      const answered: Answer = await answer(question).then(
        (result) => ({ id: question.id, result }),
        (error: Error) => ({ id: question.id, error: error.message }),
      );
      if (socket.writable) socket.write(`${JSON.stringify(answered)}\n`);
    });
  });
  server.listen(address);
  return {
    address,
    close() {
      running?.close();
      for (const socket of sockets) socket.destroy();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A test file's connection to the compiler. A call rejects with the compiler's message. */
export function connectCompiler(address: string): BicepRpc & { find(): Promise<BicepCompiler> } {
  const socket = createConnection(address);
  // The connection does not keep the test file's process alive.
  socket.unref();
  const waiting = new Map<number, (answer: Answer) => void>();
  createInterface(socket).on('line', (line) => {
    const answer = JSON.parse(line) as Answer;
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
    if (waiting.size === 0) socket.unref();
  });
  const failAll = (why: string) => {
    for (const [id, tell] of waiting) tell({ id, error: why });
    waiting.clear();
  };
  socket.on('error', ({ message }) => failAll(message)).on('close', () => failAll('The compiler has ended.'));
  let lastId = 0;
  const call = (method: string, params: object) => {
    lastId += 1;
    const id = lastId;
    return new Promise<Record<string, unknown>>((resolve, reject) => {
      waiting.set(id, ({ result, error }) => (result === undefined ? reject(new Error(error)) : resolve(result)));
      socket.ref();
      socket.write(`${JSON.stringify({ id, method, params } satisfies Question)}\n`);
    });
  };
  return { call, find: async () => (await call(find, {})) as unknown as BicepCompiler, close: () => socket.end() };
}
