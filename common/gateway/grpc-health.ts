// The gRPC health service (github.com/grpc/grpc/blob/master/doc/health-checking.md), which load balancers and
// Kubernetes probes call on the client port. As in etcd, only the whole server has a status: the empty service name.

import type { Call, Inbound, Outbound } from '../api/call.ts';
import type { Method } from '../api/method.ts';
import { ApiError, Status } from '../api/status.ts';
import type { Clock } from '../runtime/clock.ts';
import type { StreamHandler, UnaryHandler } from '../wire/grpc/server.ts';
import type { Codec } from '../wire/protobuf/codec.ts';
import * as w from '../wire/protobuf/wire.ts';

const servingStatus = { serving: 1, notServing: 2, serviceUnknown: 3 } as const;
type ServingStatus = (typeof servingStatus)[keyof typeof servingStatus];

/** How often a watched status is looked at. */
const watchMs = 1_000;

interface HealthCheckRequest {
  readonly service: string;
}

interface HealthCheckResponse {
  readonly status: number;
}

const requestName = 'grpc.health.v1.HealthCheckRequest';
const requestCodec: Codec<HealthCheckRequest> = {
  name: requestName,
  size: ({ service }) => (service === '' ? 0 : 1 + w.delimitedSize(Buffer.byteLength(service))),
  write(message, target, offset) {
    if (message.service === '') return offset;
    target[offset] = 10;
    return w.writeString(target, offset + 1, message.service);
  },
  read(source, start, end) {
    let service = '';
    for (let at = start; at < end; ) {
      const tag = w.readLength(source, at, end, requestName);
      at = w.position;
      if (tag === 10) {
        service = w.readString(source, at, end, `${requestName}.service`);
        at = w.position;
      } else at = w.skip(source, at, end, tag, requestName);
    }
    return { service };
  },
};

const responseName = 'grpc.health.v1.HealthCheckResponse';
const responseCodec: Codec<HealthCheckResponse> = {
  name: responseName,
  size: ({ status }) => (status === 0 ? 0 : 1 + w.varintSize(status)),
  write(message, target, offset) {
    if (message.status === 0) return offset;
    target[offset] = 8;
    return w.writeVarint(target, offset + 1, message.status);
  },
  read(source, start, end) {
    let status = 0;
    for (let at = start; at < end; ) {
      const tag = w.readLength(source, at, end, responseName);
      at = w.position;
      if (tag === 8) {
        status = w.readInt32(source, at, end, `${responseName}.status`);
        at = w.position;
      } else at = w.skip(source, at, end, tag, responseName);
    }
    return { status };
  },
};

const base = {
  request: requestCodec as Codec<unknown>,
  response: responseCodec as Codec<unknown>,
  requestStream: false,
  httpPaths: [],
};

export const healthMethods = {
  check: { ...base, name: 'healthCheck', path: '/grpc.health.v1.Health/Check', responseStream: false },
  watch: { ...base, name: 'healthWatch', path: '/grpc.health.v1.Health/Watch', responseStream: true },
} as const satisfies Record<string, Method>;

/** The handler of a method of this service; undefined for other methods. */
export function healthHandler(
  serving: () => boolean,
  clock: Clock,
): (method: Method) => UnaryHandler | StreamHandler | undefined {
  const statusOf = (service: string): ServingStatus => {
    if (service !== '') return servingStatus.serviceUnknown;
    return serving() ? servingStatus.serving : servingStatus.notServing;
  };
  const check: UnaryHandler = (request) => {
    const status = statusOf((request as HealthCheckRequest).service);
    if (status === servingStatus.serviceUnknown) throw new ApiError(Status.NOT_FOUND, 'unknown service');
    return { status };
  };
  const watch: StreamHandler = (call, out) => watchStatus(call, out, statusOf, clock);
  return (method) => {
    if (method.path === healthMethods.check.path) return check;
    return method.path === healthMethods.watch.path ? watch : undefined;
  };
}

function watchStatus(
  call: Call,
  out: Outbound<unknown>,
  statusOf: (service: string) => ServingStatus,
  clock: Clock,
): Inbound<unknown> {
  let stop = (): void => {};
  call.onCancel(() => stop());
  return {
    message(request) {
      const { service } = request as HealthCheckRequest;
      let last: ServingStatus | undefined;
      const look = (): void => {
        const status = statusOf(service);
        if (status === last || !out.writable) return;
        last = status;
        out.send({ status });
      };
      look();
      const timer = clock.every(watchMs, look);
      stop = () => timer.cancel();
    },
    end() {},
    cancel: () => stop(),
  };
}
