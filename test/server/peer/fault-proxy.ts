// A TCP proxy that tests cut: `freeze` lets bytes go nowhere while all connections stay open (a half-open peer),
// `stopReading` fills the sender's buffers.

import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class FaultProxy {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private frozen = false;

  private constructor(targetPort: number) {
    this.server = createServer((near) => {
      const far = connect(targetPort, '127.0.0.1');
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.sockets.add(from);
        from.on('data', (chunk) => {
          if (!this.frozen) to.write(chunk);
        });
        from.on('error', () => {});
        from.on('close', () => {
          this.sockets.delete(from);
          if (!this.frozen) to.destroy();
        });
      }
    });
  }

  static async to(targetPort: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(targetPort);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  freeze(): void {
    this.frozen = true;
  }

  /** Reads nothing more: what is sent piles up at the sender. */
  stopReading(): void {
    for (const socket of this.sockets) socket.pause();
  }

  /** New connections work again; the frozen ones are gone. */
  thaw(): void {
    for (const socket of this.sockets) socket.destroy();
    this.frozen = false;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
