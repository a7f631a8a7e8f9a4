// Which call a path means: the `methods` table turned into routes with their JSON mappings, under today's prefix
// and the two that older guides and clients use (etcd 3.3 `/v3beta`, etcd 3.2 `/v3alpha`).

import { type MethodName, methods, type Service } from '../api/generated/service.ts';
import { type JsonMapping, jsonMapping, messageTypeOf } from '../api/json.ts';
import type { Method } from '../api/method.ts';
import type { StreamHandler, UnaryHandler } from '../wire/grpc/server.ts';

interface RouteBase {
  readonly method: Method;
  readonly request: JsonMapping<unknown>;
  readonly response: JsonMapping<unknown>;
}

export interface UnaryRoute extends RouteBase {
  readonly streams: false;
  readonly handler: UnaryHandler;
}

/** Either side streams. */
export interface StreamRoute extends RouteBase {
  readonly streams: true;
  readonly handler: StreamHandler;
}

export type Route = UnaryRoute | StreamRoute;

const prefix = '/v3/';
const olderPrefixes = ['/v3beta/', '/v3alpha/'] as const;

/** Routes to a service's calls, by exact path. */
export function routeTable(service: Service): ReadonlyMap<string, Route> {
  const routes = new Map<string, Route>();
  for (const method of Object.values<Method>(methods)) {
    const route = routeTo(service, method);
    for (const path of method.httpPaths) {
      routes.set(path, route);
      if (!path.startsWith(prefix)) continue;
      for (const older of olderPrefixes) routes.set(older + path.slice(prefix.length), route);
    }
  }
  return routes;
}

function routeTo(service: Service, method: Method): Route {
  const base = {
    method,
    request: jsonMapping(messageTypeOf(method.request)),
    response: jsonMapping(messageTypeOf(method.response)),
  };
  // The table says which kind each call is, but its rows have lost their types.
  const handler: unknown = service[method.name as MethodName].bind(service);
  return method.requestStream || method.responseStream
    ? { ...base, streams: true, handler: handler as StreamHandler }
    : { ...base, streams: false, handler: handler as UnaryHandler };
}

/** The path of a request target, without its query. */
export function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}
