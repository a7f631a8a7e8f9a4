// Pings of one connection: how long a round takes, and whether anybody is still there. Silence is counted in unanswered
// pings, not in time: after a pause of this process the timers run before the answers that are waiting to be read.

/** Weight of the newest measurement, as in RFC 6298. */
const smoothing = 1 / 8;

export class RoundTrip {
  private readonly silentPingsMax: number;
  private readonly sentAtMs = new Map<number, number>();
  private sequence = 0;
  private smoothedMs: number | undefined;

  constructor(silentPingsMax: number) {
    this.silentPingsMax = silentPingsMax;
  }

  /** Undefined before the first answer. */
  get milliseconds(): number | undefined {
    return this.smoothedMs;
  }

  get isSilent(): boolean {
    return this.sentAtMs.size >= this.silentPingsMax;
  }

  /** The payload of the next ping. */
  ping(nowMs: number): Buffer {
    this.sequence = (this.sequence + 1) % 0x100000000;
    this.sentAtMs.set(this.sequence, nowMs);
    const payload = Buffer.allocUnsafe(4);
    payload.writeUInt32BE(this.sequence);
    return payload;
  }

  /** Also answers every earlier ping. A payload that was not asked for is ignored. */
  pong(payload: Buffer, nowMs: number): void {
    const sequence = payload.length === 4 ? payload.readUInt32BE() : -1;
    const sentAtMs = this.sentAtMs.get(sequence);
    if (sentAtMs === undefined) return;
    for (const earlier of this.sentAtMs.keys()) {
      this.sentAtMs.delete(earlier);
      if (earlier === sequence) break;
    }
    const tookMs = nowMs - sentAtMs;
    this.smoothedMs = this.smoothedMs === undefined ? tookMs : this.smoothedMs + (tookMs - this.smoothedMs) * smoothing;
  }
}
