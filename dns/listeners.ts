// The sockets of the role: UDP and TCP on the same address and port, one pair an address. Port 0 gives a free number
// that both have; a taken or forbidden port becomes a StartError that names the address and the flag.

import type { AddressInfo } from 'node:net';
import { formatHostPort, type HostPort } from '../common/config/host-port.ts';
import { StartError } from '../common/runtime/role.ts';
import type { Responder } from './responder.ts';
import type { DnsStats } from './stats.ts';
import { type TcpLimits, TcpListener } from './tcp-listener.ts';
import { UdpListener } from './udp-listener.ts';

export interface ListenerOptions {
  readonly responder: Responder;
  readonly stats: DnsStats;
  readonly tcpLimits: TcpLimits;
}

export interface Listener {
  /** With the port that was really bound. */
  readonly address: HostPort;
  /** Idempotent. */
  stop(): Promise<void>;
}

/** With port 0: how often the number that TCP got may turn out to be taken for UDP. */
const attemptsMax = 20;

/** Opens all of `addresses` or none. */
export async function openListeners(addresses: readonly HostPort[], options: ListenerOptions): Promise<Listener[]> {
  const open: Listener[] = [];
  try {
    for (const address of addresses) open.push(await openListener(address, options));
    return open;
  } catch (error) {
    await Promise.all(open.map((listener) => listener.stop()));
    throw error;
  }
}

async function openListener({ host, port }: HostPort, options: ListenerOptions): Promise<Listener> {
  // Every interface, both families.
  const bindHost = host === '' ? '::' : host;
  for (let attempt = 1; ; attempt++) {
    const tcp = new TcpListener(options.responder, options.stats, options.tcpLimits);
    await tcp.open(bindHost, port).catch((error: unknown) => {
      throw startError({ host, port }, 'TCP', error);
    });
    const bound = (tcp.address() as AddressInfo).port;
    const udp = new UdpListener(bindHost, options.responder, options.stats);
    try {
      await udp.open(bindHost, bound);
    } catch (error) {
      await Promise.all([tcp.stop(), udp.stop()]);
      if (port === 0 && attempt < attemptsMax && codeOf(error) === 'EADDRINUSE') continue;
      throw startError({ host, port: bound }, 'UDP', error);
    }
    let stopped: Promise<unknown> | undefined;
    return {
      address: { host, port: bound },
      async stop() {
        stopped ??= Promise.all([tcp.stop(), udp.stop()]);
        await stopped;
      },
    };
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the address is in use by another process',
  EACCES: 'permission denied; ports below 1024 need CAP_NET_BIND_SERVICE',
  EADDRNOTAVAIL: 'no interface of this machine has the address',
};

function startError(address: HostPort, transport: string, error: unknown): StartError {
  const code = codeOf(error) ?? 'error';
  const reason = reasons[code] ?? (error instanceof Error ? error.message : String(error));
  return new StartError(`--listen ${formatHostPort(address)}: cannot listen on ${transport}: ${reason} (${code})`, {
    cause: error,
  });
}
