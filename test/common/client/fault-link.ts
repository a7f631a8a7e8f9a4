// A TCP link that tests can hurt: it forwards to a target until told to go silent (half-open: nothing passes, nothing
// closes), to cut what is open, or to refuse what comes.

import { connect, createServer, type Server, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';

export class FaultLink {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #target: number;
  #silent = false;
  #refusing = false;
  /** Connections accepted so far. */
  accepted = 0;
  port = 0;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(t: ExecutionContext, target: number): Promise<FaultLink> {
    const link = new FaultLink(target);
    await new Promise<void>((resolve, reject) => {
      link.#server.once('error', reject);
      link.#server.listen(0, '127.0.0.1', resolve);
    });
    const address = link.#server.address();
    link.port = typeof address === 'object' && address !== null ? address.port : 0;
    t.teardown(() => {
      link.#server.close();
      link.cut();
    });
    return link;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  #accept(client: Socket): void {
    this.accepted++;
    if (this.#refusing) {
      client.destroy();
      return;
    }
    const server = connect({ host: '127.0.0.1', port: this.#target });
    this.#join(client, server);
    this.#join(server, client);
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on('data', (chunk) => {
      if (!this.#silent) to.write(chunk);
    });
    from.on('error', () => {});
    from.on('close', () => {
      this.#sockets.delete(from);
      if (!this.#silent) to.destroy();
    });
  }

  /** Half-open from now on, for connections that exist and new ones. */
  silence(): void {
    this.#silent = true;
  }

  /** Forwards again; what was swallowed stays lost, so connections that were silenced are cut. */
  heal(): void {
    this.cut();
    this.#silent = false;
    this.#refusing = false;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  refuse(): void {
    this.#refusing = true;
    this.cut();
  }
}
