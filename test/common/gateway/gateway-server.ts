// A gateway on a port of its own, with raw connections to it, for tests.

import { connect, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';
import { type ServedService, type ServeServiceOptions, serveService } from '../../../common/gateway/serve-service.ts';
import { silentLogger } from '../../../common/log.ts';
import { realClock } from '../../../common/runtime/real-clock.ts';
import { type FakeService, fakeService } from './fake-service.ts';

export interface TestServer {
  readonly service: FakeService;
  readonly port: number;
  readonly url: string;
  readonly served: ServedService;
}

export async function startServer(
  t: ExecutionContext,
  options: Partial<ServeServiceOptions> = {},
): Promise<TestServer> {
  const service = fakeService();
  const served = await serveService({
    service,
    listen: [{ host: '127.0.0.1', port: 0 }],
    option: '--listen-client-urls',
    clock: realClock,
    log: silentLogger,
    health: { alarms: () => [], hasLeader: () => true, isLearner: () => false, read: () => {} },
    versions: () => ({ etcdserver: '3.6.0', etcdcluster: '3.6.0', storage: '3.6.0', rollcall: '0.0.0' }),
    metrics: () => 'rollcall_up 1\n',
    ...options,
  });
  t.teardown(() => served.close(0));
  const port = served.addresses[0]!.port;
  return { service, port, url: `http://127.0.0.1:${port}`, served };
}

/** A raw TCP connection that collects what it receives. */
export interface RawConnection {
  readonly socket: Socket;
  send(text: string | Buffer): void;
  /** What has arrived so far. */
  received(): string;
  closed(): boolean;
}

export function rawConnection(t: ExecutionContext, port: number): Promise<RawConnection> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let closed = false;
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    t.teardown(() => socket.destroy());
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      closed = true;
    });
    socket.once('error', reject);
    socket.on('error', () => {});
    socket.once('connect', () =>
      resolve({
        socket,
        send: (text) => {
          socket.write(text);
        },
        received: () => Buffer.concat(chunks).toString('latin1'),
        closed: () => closed,
      }),
    );
  });
}

/** Waits for a condition, ten seconds at most. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64');
