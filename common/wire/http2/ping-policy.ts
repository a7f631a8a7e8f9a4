// Decides whether a peer pings too often, by grpc-go's rule (keepalive.EnforcementPolicy): a PING that comes sooner
// than the minimum interval after the one before is a strike, unless we have sent something in between; too many
// strikes end the connection. Clients that measure bandwidth with PINGs (grpc-go does, per answer) are not hit by it.

import { type Http2Limits, PING_WITHOUT_STREAMS_MS } from './limits.ts';

export class PingPolicy {
  /** Set whenever HEADERS or DATA are sent. */
  sentSincePing = false;
  #lastPingMs = Number.NEGATIVE_INFINITY;
  #strikes = 0;
  readonly #limits: Http2Limits;

  constructor(limits: Http2Limits) {
    this.#limits = limits;
  }

  /** Notes a PING; false when it is one too many. */
  allows(nowMs: number, openStreams: number): boolean {
    const { pingIntervalMinMs, pingStrikesMax, pingWithoutStreams } = this.#limits;
    const sincePingMs = nowMs - this.#lastPingMs;
    this.#lastPingMs = nowMs;
    if (pingIntervalMinMs === 0) return true;
    if (this.sentSincePing) {
      this.sentSincePing = false;
      this.#strikes = 0;
      return true;
    }
    const intervalMs = openStreams === 0 && !pingWithoutStreams ? PING_WITHOUT_STREAMS_MS : pingIntervalMinMs;
    if (sincePingMs < intervalMs) this.#strikes++;
    return this.#strikes <= pingStrikesMax;
  }
}
