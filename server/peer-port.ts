// The peer port of a member. Members of larger clusters will talk Raft here; a cluster of one has no peers, so what is
// served are the facts that tools ask a peer URL for. It is bound so that a taken port is found at start, not when the
// second member is added.

import { createServer, type Server } from 'node:http';
import { formatHostPort, type HostPort } from '../common/config/host-port.ts';
import { StartError } from '../common/runtime/role.ts';

const headersTimeoutMs = 10_000;
const connectionsMax = 256;

export async function servePeers(
  addresses: readonly HostPort[],
  options: { readonly versions: () => object },
): Promise<{ close(): Promise<void> }> {
  const servers: Server[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(
      servers.map((server) => {
        server.closeAllConnections();
        return new Promise<void>((resolve) => server.close(() => resolve()));
      }),
    );
  };
  try {
    for (const address of addresses) servers.push(await listenAt(address, options.versions));
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

function listenAt(address: HostPort, versions: () => object): Promise<Server> {
  const server = createServer({ headersTimeout: headersTimeoutMs, requestTimeout: headersTimeoutMs }, (request, response) => {
    if (request.method === 'GET' && request.url === '/version') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(versions()));
      return;
    }
    response.statusCode = 404;
    response.end('404 page not found\n');
  });
  server.maxConnections = connectionsMax;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'the port is taken' : error.message;
      reject(new StartError(`cannot listen on ${formatHostPort(address)}: ${reason}; choose another with --listen-peer-urls`, { cause: error }));
    });
    server.listen(address.port, address.host, () => resolve(server));
  });
}
