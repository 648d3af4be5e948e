import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** The port is in use by another process. */
export class PortTakenError extends Error {
  override name = 'PortTakenError';
  constructor(port: number, owner: string) {
    super(`Port ${port} for ${owner} is taken. Stop what uses it, or choose another port (see README, "Ports").`);
  }
}

/** Lets a server listen on 127.0.0.1, and resolves to its port. `port` 0 takes a free one. Throws `PortTakenError`, which names `owner`. */
export async function listen(server: Server, port: number, owner: string): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE' ? new PortTakenError(port, owner) : error;
  });
  return (server.address() as AddressInfo).port;
}

/** Finds `count` free ports on 127.0.0.1, all different: parties that name each other must know their ports before they start. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(servers.map((server) => listen(server, 0, 'a test')));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
