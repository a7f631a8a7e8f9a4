// DNS over UDP: dns2's UDPServer (a dgram socket with its life cycle), whose `handle` we replace. dns2 would parse
// every datagram into a Packet and encode the reply bit by bit, about 500 eight-record answers a second; we hand
// the octets to our own responder and send what it returns.

import type { RemoteInfo } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { UDPServer } from 'dns2';
import type { Responder } from './responder.ts';
import type { DnsStats } from './stats.ts';

/** Room for bursts while the event loop is busy; the kernel caps it at net.core.rmem_max. */
const receiveBufferOctets = 4 * 1024 * 1024;

export class UdpListener extends UDPServer {
  readonly #responder: Responder;
  readonly #stats: DnsStats;
  readonly #sent: (error: Error | null) => void;

  constructor(host: string, responder: Responder, stats: DnsStats) {
    super({ type: isIPv6(host) ? 'udp6' : 'udp4' });
    this.#responder = responder;
    this.#stats = stats;
    // An asker that is gone or unreachable is its own trouble.
    this.#sent = (error) => {
      if (error !== null) stats.udpSendErrors++;
    };
  }

  /** Called by dns2's constructor wiring for each datagram. */
  override handle(packet: Buffer, { address, port }: RemoteInfo): void {
    // Nobody can be answered on port 0, and dgram throws for it.
    if (port === 0) {
      this.#stats.dropped++;
      return;
    }
    const response = this.#responder.respond(packet, 'udp');
    if (response !== undefined) this.send(response, 0, response.length, port, address, this.#sent);
  }

  /** Resolves when the socket is bound. */
  open(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.once('error', reject);
      this.bind({ port, address: host, exclusive: true }, () => {
        this.off('error', reject);
        // A datagram socket lives on after an error; each one was about a single message.
        this.on('error', () => this.#stats.udpSendErrors++);
        try {
          this.setRecvBufferSize(receiveBufferOctets);
        } catch {
          // The default size will do.
        }
        resolve();
      });
    });
  }

  /** Resolves when the socket is closed. */
  stop(): Promise<void> {
    return new Promise((resolve) => this.close(resolve));
  }
}
