import { type ChildProcess, spawn } from 'node:child_process';

/** One compiler for a whole test file (`bicep jsonrpc`). A call takes a tenth of the time of a process of its own. */
export type BicepRpc = { call(method: string, params: object): Promise<Record<string, unknown>>; close(): void };

/** Starts the compiler with `env` as its environment. A call rejects with the compiler's message. */
export function startBicepRpc(path: string, env: NodeJS.ProcessEnv): BicepRpc {
  const child: ChildProcess = spawn(path, ['jsonrpc', '--stdio'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  type Waiting = { resolve(result: Record<string, unknown>): void; reject(error: Error): void };
  const waiting = new Map<number, Waiting>();
  let buffered = Buffer.alloc(0);
  let lastId = 0;
  const takeOne = (): boolean => {
    const head = buffered.indexOf('\r\n\r\n');
    if (head < 0) return false;
    const length = Number(/Content-Length: (\d+)/i.exec(buffered.subarray(0, head).toString())?.[1]);
    if (buffered.length < head + 4 + length) return false;
    const { id, result, error } = JSON.parse(buffered.subarray(head + 4, head + 4 + length).toString());
    buffered = buffered.subarray(head + 4 + length);
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error) asked?.reject(new Error([error.message, error.data?.message].filter(Boolean).join(' ')));
    else asked?.resolve(result);
    return true;
  };
  child.stdout?.on('data', (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk]);
    while (takeOne());
  });
  child.once('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`The compiler ended with code ${code}.`));
  });
  return {
    call(method, params) {
      lastId += 1;
      const id = lastId;
      const body = JSON.stringify({ jsonrpc: '2.0', id, method, params: [params] });
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        child.stdin?.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      });
    },
    close: () => void child.kill(),
  };
}
