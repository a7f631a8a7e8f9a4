// One RPC described as data: adapters (gRPC, JSON, WebSocket, client, proxy) are loops over this table instead of
// code per call.

import type { Codec } from '../wire/protobuf/codec.ts';

export interface Method<Request = unknown, Response = unknown> {
  /** Name on the `Service` interface, for instance `range`. */
  readonly name: string;
  /** gRPC path, for instance `/etcdserverpb.KV/Range`. */
  readonly path: string;
  readonly request: Codec<Request>;
  readonly response: Codec<Response>;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  /** JSON gateway paths (POST), the first one canonical; empty for gRPC-only calls. */
  readonly httpPaths: readonly string[];
}
