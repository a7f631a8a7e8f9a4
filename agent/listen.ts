// Adapter: the HTTP listener of the agent.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { formatHostPort, type HostPort } from '../common/config/host-port.ts';
import { StartError } from '../common/runtime/role.ts';

/** Connections beyond this many are dropped: it is a local API. */
const CONNECTIONS_MAX = 1000;

export interface HttpListener {
  /** The port is the real one also where 0 was asked for. */
  readonly address: HostPort;
  handle(listener: (request: IncomingMessage, response: ServerResponse) => void): void;
  close(): Promise<void>;
}

/** Rejects with StartError, which names `flag`, when the address cannot be listened on. */
export async function listenHttp({ host, port }: HostPort, flag: string): Promise<HttpListener> {
  const server = createServer();
  server.maxConnections = CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, { host, port }, flag)));
    server.listen({ ...(host === '' ? {} : { host }), port }, resolve);
  });
  return {
    address: { host, port: (server.address() as AddressInfo).port },
    handle: (listener) => void server.on('request', listener),
    close: () => closeServer(server),
  };
}

function listenError(error: NodeJS.ErrnoException, address: HostPort, flag: string): StartError {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'the address is in use by another process',
    EACCES: 'not permitted (ports below 1024 need privileges)',
    EADDRNOTAVAIL: 'this machine has no such address',
  };
  const reason = reasons[error.code ?? ''] ?? error.message;
  return new StartError(`${flag} ${formatHostPort(address)}: ${reason}`, { cause: error });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
