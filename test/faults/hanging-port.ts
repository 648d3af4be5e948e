// A port on which connecting hangs: a process listens and never accepts a connection. On Linux a full accept queue drops new connections;
// elsewhere it refuses them, which is another fault.
import { spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';

// Its only thread sleeps once it listens.
const script = `const port=Number(process.argv[1]);
require('node:net').createServer().listen({port,host:'127.0.0.1',backlog:1},function(){process.stdout.write(this.address().port+'\\n',()=>Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0))})`;

/** Whether this is possible on this machine. */
export const canHang = process.platform === 'linux';

/** Listens on `port` (0: a free one). `end` frees it. */
export async function hangingPort(port: number): Promise<{ port: number; end(): Promise<void> }> {
  const child = spawn(process.execPath, ['-e', script, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const taken = await new Promise<number>((resolve, reject) => {
    child.stdout.once('data', (chunk) => resolve(Number(chunk)));
    child.once('exit', () => reject(new Error(`Nothing listens on port ${port}.`)));
  });
  const fillers: Socket[] = [];
  for (let index = 0; index < 8; index++) {
    const socket = connect(taken, '127.0.0.1');
    socket.on('error', () => {});
    fillers.push(socket);
  }
  // Waits until the queue is full.
  await new Promise((resolve) => setTimeout(resolve, 200));
  return {
    port: taken,
    async end() {
      child.kill('SIGKILL');
      await ended;
      for (const socket of fillers) socket.destroy();
    },
  };
}
