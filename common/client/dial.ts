// Opens one gRPC connection to one endpoint over TCP: the adapter between the client and the network. Everything
// else of the client takes a `Dial`, so that tests and simulations hand in their own.

import { connect } from 'node:net';
import type { Clock } from '../runtime/clock.ts';
import { createGrpcClient, type GrpcClient } from '../wire/grpc/client.ts';
import type { EndpointAddress } from './endpoint-address.ts';

export type Dial = (address: EndpointAddress) => GrpcClient;

export interface DialOptions {
  readonly clock: Clock;
  readonly connectTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly keepAliveTimeoutMs: number;
}

export function tcpDial(options: DialOptions): Dial {
  return ({ host, port, authority }) =>
    createGrpcClient({ ...options, authority, connect: () => connect({ host, port, noDelay: true }) });
}
