// The HTTP server of the peer port: upgrades go to the transport, and peers (and tools, and members that are about to join)
// find here what etcd serves to them (server/etcdserver/api/etcdhttp/peer.go): /version and /members.

import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { formatHostPort, type HostPort } from '../../common/config/host-port.ts';
import type { Logger } from '../../common/log.ts';
import { StartError } from '../../common/runtime/role.ts';
import { hexId } from './handshake.ts';
import { defaultPeerLimits, type PeerLimits } from './limits.ts';
import { messagesPath, snapshotPath } from './peer-socket.ts';
import type { PeerTransport } from './peer-transport.ts';
import type { Admission } from './transport-options.ts';
import { WebSocketPeer, webSocketOptions } from './web-socket.ts';

const headersTimeoutMs = 10_000;
/** Far above two links and a snapshot for each member. */
const connectionsMax = 256;

/** A member as `GET /members` shows it. */
export interface ListedMember {
  readonly id: bigint;
  readonly peerUrls: readonly string[];
  readonly isLearner: boolean;
  /** Empty until the member has started. */
  readonly name: string;
  readonly clientUrls: readonly string[];
}

export interface PeerPortOptions {
  readonly addresses: readonly HostPort[];
  readonly clusterId: bigint;
  /** Judges and takes upgrades. */
  readonly transport: Pick<PeerTransport, 'admit'>;
  readonly versions: () => object;
  /** In ascending order of their ids, as etcd lists them. */
  readonly members: () => readonly ListedMember[];
  readonly log: Logger;
  readonly limits?: Partial<PeerLimits>;
}

export interface PeerPort {
  /** Where it listens, in the order of `addresses`. */
  readonly addresses: readonly HostPort[];
  /** Stops listening and closes what is open. The transport is closed first, by whoever owns it. */
  close(): Promise<void>;
}

/** Resolves when every address is bound; rejects with `StartError` when one cannot be, and then none is. */
export async function openPeerPort(options: PeerPortOptions): Promise<PeerPort> {
  const servers: Server[] = [];
  // Node's HTTP server forgets connections that were upgraded, but its `close` waits for them.
  const sockets = new Set<Socket>();
  const close = async (): Promise<void> => {
    const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    for (const socket of sockets) socket.destroySoon();
    await Promise.all(closed);
  };
  const requests = new PeerRequests(options);
  try {
    for (const address of options.addresses) servers.push(await listenAt(address, requests, sockets));
  } catch (error) {
    await close();
    throw error;
  }
  const addresses = servers.map((server) => {
    const { address, port } = server.address() as AddressInfo;
    return { host: address, port };
  });
  return { addresses, close };
}

function listenAt(address: HostPort, requests: PeerRequests, sockets: Set<Socket>): Promise<Server> {
  const timeouts = { headersTimeout: headersTimeoutMs, requestTimeout: headersTimeoutMs };
  const server = createServer(timeouts, (request, response) => requests.answer(request, response));
  server.maxConnections = connectionsMax;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => requests.upgrade(request, socket, head));
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'the port is taken' : error.message;
      const advice = 'choose another with --listen-peer-urls';
      reject(new StartError(`cannot listen on ${formatHostPort(address)}: ${reason}; ${advice}`, { cause: error }));
    });
    server.listen(address.port, address.host, () => resolve(server));
  });
}

class PeerRequests {
  private readonly options: PeerPortOptions;
  private readonly webSockets: WebSocketServer;
  /** What the 101 answer of the request says besides ws's own headers. */
  private readonly extraHeaders = new WeakMap<IncomingMessage, Readonly<Record<string, string>>>();

  constructor(options: PeerPortOptions) {
    this.options = options;
    this.webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      ...webSocketOptions({ ...defaultPeerLimits, ...options.limits }),
    });
    this.webSockets.on('headers', (lines, request) => {
      const extra = this.extraHeaders.get(request) ?? {};
      for (const [name, value] of Object.entries(extra)) lines.push(`${name}: ${value}`);
    });
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(request);
    if (path === '/version') {
      if (onlyGet(request, response)) sendJson(response, JSON.stringify(this.options.versions()));
    } else if (path === '/members') {
      if (!onlyGet(request, response)) return;
      response.setHeader('x-etcd-cluster-id', hexId(this.options.clusterId));
      sendJson(response, `${membersJson(this.options.members())}\n`);
    } else if (path === messagesPath || path === snapshotPath) {
      response.setHeader('upgrade', 'websocket');
      sendText(response, 426, 'members connect here by WebSocket');
    } else sendText(response, 404, '404 page not found');
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const path = pathOf(request);
    const { log, transport } = this.options;
    const remote = remoteOf(request);
    if (path !== messagesPath && path !== snapshotPath) {
      refuseUpgrade(socket, { kind: 'refused', status: 404, headers: {}, body: '404 page not found\n' });
      return;
    }
    const admission = transport.admit(path === messagesPath ? 'messages' : 'snapshot', request.headers, remote);
    if (admission.kind === 'refused') {
      refuseUpgrade(socket, admission);
      return;
    }
    this.extraHeaders.set(request, admission.headers);
    // A request that is no proper WebSocket handshake is answered 400 by ws.
    socket.on('error', (error) =>
      log.debug('a peer connection failed in its handshake', { remote, error: error.message }),
    );
    this.webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      admission.accept(new WebSocketPeer(webSocket, remote));
    });
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0]!;
}

function remoteOf({ socket }: IncomingMessage): string {
  return formatHostPort({ host: socket.remoteAddress ?? 'unknown', port: socket.remotePort ?? 0 });
}

function onlyGet(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method === 'GET') return true;
  response.setHeader('allow', 'GET');
  sendText(response, 405, 'Method Not Allowed');
  return false;
}

function sendJson(response: ServerResponse, json: string): void {
  response.setHeader('content-type', 'application/json');
  response.end(json);
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.setHeader('x-content-type-options', 'nosniff');
  response.end(`${text}\n`);
}

function refuseUpgrade(socket: Duplex, { status, headers, body }: Admission & { kind: 'refused' }): void {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`];
  const all = {
    ...headers,
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  for (const [name, value] of Object.entries(all)) lines.push(`${name}: ${value}`);
  // The sender may be gone already; there is nobody to tell.
  socket.on('error', () => {});
  // Not left to the client to close: an upgraded socket has no timeout any more.
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

/**
 * As Go's encoding/json prints etcd's membership.Member: ids as bare 64-bit numbers, empty name, client URLs and
 * learner flag left out.
 */
export function membersJson(members: readonly ListedMember[]): string {
  const text = (value: unknown): string =>
    JSON.stringify(value).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
  const objects = members.map(({ id, peerUrls, isLearner, name, clientUrls }) => {
    const fields = [`"id":${id}`, `"peerURLs":${text(peerUrls)}`];
    if (isLearner) fields.push('"isLearner":true');
    if (name !== '') fields.push(`"name":${text(name)}`);
    if (clientUrls.length > 0) fields.push(`"clientURLs":${text(clientUrls)}`);
    return `{${fields.join(',')}}`;
  });
  return `[${objects.join(',')}]`;
}
