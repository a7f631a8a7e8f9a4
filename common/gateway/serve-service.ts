// A Service on the network: gRPC, JSON, WebSocket, health and metrics on one or more client ports. The core node and
// the proxy are served by this same function.

import type Router from '@koa/router';
import { type MethodName, methods, type Service } from '../api/generated/service.ts';
import type { Method } from '../api/method.ts';
import type { Logger } from '../log.ts';
import type { Clock } from '../runtime/clock.ts';
import { createGrpcServer, type StreamHandler, type UnaryHandler } from '../wire/grpc/server.ts';
import { type ClientPort, type ListenAddress, listen } from './client-port.ts';
import { createGateway } from './gateway.ts';
import { healthHandler, healthMethods } from './grpc-health.ts';
import { HttpSide } from './http-side.ts';
import { addOperationsRoutes, type HealthChecks, type Versions } from './operations-routes.ts';

export interface ServeServiceOptions {
  readonly service: Service;
  /** The ports to open; all or none are. */
  readonly listen: readonly ListenAddress[];
  /** The option that chose them, for error messages: `--listen-client-urls`. */
  readonly option: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly health: HealthChecks;
  readonly versions: () => Versions;
  /** The text of /metrics. */
  readonly metrics: () => string;
  /** etcd's --max-request-bytes. Default 1.5 MiB. */
  readonly maxRequestBytes?: number;
  /** etcd's --cors. Default none. */
  readonly corsOrigins?: readonly string[];
  /** Adds routes of the role to the HTTP side. */
  readonly routes?: (router: Router) => void;
  /** Connections at once on each port. Default 10,000. */
  readonly connectionsMax?: number;
}

export interface ServedService {
  /** Where it listens, in the order asked for, with the ports that were chosen for 0. */
  readonly addresses: readonly ListenAddress[];
  readonly connections: number;
  /** Takes no more calls, lets those under way finish for `graceMs`, then closes every connection. Idempotent. */
  close(graceMs: number): Promise<void>;
}

/** Rejects with a StartError when a port cannot be opened; none is then. */
export async function serveService(options: ServeServiceOptions): Promise<ServedService> {
  const http2 = createGrpcServer({
    methods: [...Object.values<Method>(methods), ...Object.values(healthMethods)],
    implement: implementation(options),
    clock: options.clock,
    ...(options.maxRequestBytes === undefined ? {} : { maxRequestBytes: options.maxRequestBytes }),
    handlerFailed: (error, path) =>
      options.log.error('a call failed unexpectedly', {
        where: path,
        error: error instanceof Error ? error.stack : String(error),
      }),
  });
  const gateway = createGateway({
    ...options,
    routes: (router) => {
      addOperationsRoutes(router, options);
      options.routes?.(router);
    },
  });
  const http = new HttpSide(gateway, options.clock, options.log);
  const ports: ClientPort[] = [];
  const close = async (graceMs: number): Promise<void> => {
    await Promise.all(ports.map((port) => port.close()));
    await Promise.all([http2.close(graceMs), http.close(graceMs)]);
  };
  try {
    for (const address of options.listen) ports.push(await listen({ ...options, ...address, http2, http }));
  } catch (error) {
    await close(0);
    throw error;
  }
  let closed: Promise<void> | undefined;
  return {
    addresses: ports.map((port) => port.address),
    get connections() {
      return ports.reduce((sum, port) => sum + port.connections, 0);
    },
    close(graceMs) {
      closed ??= close(graceMs);
      return closed;
    },
  };
}

function implementation({
  service,
  health,
  clock,
}: ServeServiceOptions): (method: Method) => UnaryHandler | StreamHandler | undefined {
  // The server as a whole serves while it can reach agreement; etcd's health notifier says the same.
  const ofHealth = healthHandler(() => health.hasLeader(), clock);
  return (method) => {
    const handler = ofHealth(method);
    if (handler !== undefined) return handler;
    // The table says which kind each call is, but its rows have lost their types.
    const own: unknown = service[method.name as MethodName].bind(service);
    return own as UnaryHandler | StreamHandler;
  };
}
