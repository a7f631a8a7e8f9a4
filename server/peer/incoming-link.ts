// The connection on which one other member talks to this one: decodes its frames, ends it when they are malformed or when
// nothing comes any more. What is said goes up in order, one message at a time.

import type { Logger } from '../../common/log.ts';
import { WireError } from '../../common/wire/protobuf/codec.ts';
import type { Greeting } from './handshake.ts';
import type { PeerLimits } from './limits.ts';
import { decodeFrame } from './message-codec.ts';
import type { PeerMessage } from './peer-message.ts';
import { closeCode, type PeerSocket } from './peer-socket.ts';

export interface IncomingLinkOptions {
  readonly greeting: Greeting;
  readonly isGuest: boolean;
  readonly socket: PeerSocket;
  readonly nowMs: number;
  readonly limits: PeerLimits;
  readonly log: Logger;
  /** Before the frame's messages. */
  readonly onFrame: (bytes: number) => void;
  readonly onMessage: (message: PeerMessage) => void;
  readonly onClosed: () => void;
}

export class IncomingLink {
  readonly greeting: Greeting;
  readonly isGuest: boolean;
  readonly openSinceMs: number;
  private readonly options: IncomingLinkOptions;
  private silentTicks = 0;
  private closed = false;

  constructor(options: IncomingLinkOptions) {
    this.options = options;
    this.greeting = options.greeting;
    this.isGuest = options.isGuest;
    this.openSinceMs = options.nowMs;
    options.socket.start({
      message: (frame) => this.receive(frame),
      pinged: () => {
        this.silentTicks = 0;
      },
      pong: () => {},
      sent: () => {},
      closed: (code, reason) => this.ended(reason === '' ? `code ${code}` : reason),
    });
  }

  get remote(): string {
    return this.options.socket.remote;
  }

  /** Every `pingEveryMs`, which is also how often the other side pings. One tick more than it gives us. */
  tick(): void {
    if (this.closed || ++this.silentTicks <= this.options.limits.silentPingsMax + 1) return;
    this.ended(`nothing heard for ${this.silentTicks * this.options.limits.pingEveryMs} ms`);
    this.options.socket.terminate();
  }

  close(code: number, reason: string): void {
    if (this.closed) return;
    this.ended(reason);
    this.options.socket.close(code, reason);
  }

  private receive(frame: Buffer): void {
    if (this.closed) return;
    this.silentTicks = 0;
    this.options.onFrame(frame.length);
    const { from, to } = this.greeting;
    try {
      decodeFrame(frame, from, to, (message) => {
        // A message may have ended the link: a node that stops, a membership change.
        if (!this.closed) this.options.onMessage(message);
      });
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.options.log.error('a peer sent malformed bytes', { remote: this.remote, error: error.message });
      this.close(closeCode.malformed, 'malformed frame');
    }
  }

  private ended(reason: string): void {
    if (this.closed) return;
    this.closed = true;
    const { log, onClosed, socket } = this.options;
    log.info('the connection from a peer has ended', { remote: socket.remote, reason });
    onClosed();
  }
}
