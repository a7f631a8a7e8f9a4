// What the peer transport needs of a network: sockets that carry frames, and a way to dial. web-socket.ts makes them of
// ws; tests and the simulator make them of memory.

import type { IncomingHttpHeaders } from 'node:http';

/** Close codes: RFC 6455 section 7.4.1, and our own from its private range. */
export const closeCode = {
  normal: 1000,
  goingAway: 1001,
  /** Lost without a closing handshake; never sent. */
  abnormal: 1006,
  malformed: 4000,
  superseded: 4001,
  memberRemoved: 4002,
  noLongerPeer: 4003,
  failed: 4004,
} as const;

export interface SocketHandlers {
  message(frame: Buffer): void;
  /** The other side has pinged us (the answer goes by itself). */
  pinged(): void;
  pong(payload: Buffer): void;
  /** Something that was sent has gone to the kernel; `unsentBytes` is less than before. */
  sent(): void;
  /** Once, the last call, and never from within a call of the socket's. */
  closed(code: number, reason: string): void;
}

/** An open connection. None of its calls throws; calls after its end do nothing. */
export interface PeerSocket {
  /** `host:port` of the other end, for logs. */
  readonly remote: string;
  readonly unsentBytes: number;
  /** What happened before is kept and told now. */
  start(handlers: SocketHandlers): void;
  /** The frame must not change afterwards. */
  send(frame: Buffer): void;
  ping(payload: Buffer): void;
  /** Closes behind everything that was sent. The reason is cut to what a close frame holds. */
  close(code: number, reason: string): void;
  /** Closes at once. */
  terminate(): void;
  /** No further reading until `resume`; a few frames that were read already may still come. */
  pause(): void;
  resume(): void;
}

export type DialOutcome =
  | { readonly kind: 'open'; readonly socket: PeerSocket; readonly headers: IncomingHttpHeaders }
  /** An HTTP answer that is not an upgrade. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: string;
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** Dials `path` at a peer URL. `done` is called once, not within this call, and not after `abort`. */
export type Dial = (
  target: { readonly url: string; readonly path: string; readonly headers: Readonly<Record<string, string>> },
  done: (outcome: DialOutcome) => void,
) => { abort(): void };

export const messagesPath = '/rollcall/peer';
export const snapshotPath = '/rollcall/peer/snapshot';
