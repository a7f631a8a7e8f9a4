// The connection on which this member talks to one other: dials its URLs in turn, backs off, batches, pings, and counts
// what it had to drop. It never blocks and never throws; Raft sends again what is lost.

import type { Logger } from '../../common/log.ts';
import { assert } from '../../common/runtime/assert.ts';
import type { Clock, Timer } from '../../common/runtime/clock.ts';
import type { Random } from '../../common/runtime/random.ts';
import { backOffMs } from './back-off.ts';
import { type Greeting, greetingHeaders, hexId, judgeAnswer, type Refusal, readRefusal } from './handshake.ts';
import type { PeerLimits } from './limits.ts';
import { encodeFrame, messageBytesBound } from './message-codec.ts';
import type { PeerMessage } from './peer-message.ts';
import { closeCode, type Dial, type DialOutcome, messagesPath, type PeerSocket } from './peer-socket.ts';
import { RoundTrip } from './round-trip.ts';
import { SendQueue } from './send-queue.ts';

export interface OutgoingLinkOptions {
  readonly to: bigint;
  readonly urls: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly limits: PeerLimits;
  readonly dial: Dial;
  /** Made anew for each attempt: log and membership move on. */
  readonly greeting: () => Greeting;
  readonly onOpen: () => void;
  /** An open connection has ended. */
  readonly onLost: () => void;
  readonly onRefused: (refusal: Refusal) => void;
  /** A message was dropped, now or when the connection ended. */
  readonly onDropped: () => void;
}

export interface LinkCounts {
  sentMessages: number;
  sentBytes: number;
  /** Not sent: no connection, or the queue was full. */
  droppedMessages: number;
}

type State =
  | { readonly kind: 'dialing'; readonly abort: () => void }
  | {
      readonly kind: 'open';
      readonly socket: PeerSocket;
      readonly sinceMs: number;
      readonly url: string;
      readonly roundTrip: RoundTrip;
    }
  | { readonly kind: 'waiting'; readonly timer: Timer; readonly refused: boolean }
  | { readonly kind: 'closed' };

export class OutgoingLink {
  readonly counts: LinkCounts = { sentMessages: 0, sentBytes: 0, droppedMessages: 0 };
  private readonly options: OutgoingLinkOptions;
  private readonly queue: SendQueue;
  private urls: readonly string[];
  private urlIndex = 0;
  private attempt = 0;
  /** What was logged last for each URL, so that a peer that stays away is one line and not one for every attempt. */
  private readonly loggedTrouble = new Map<string, string>();
  private state: State = { kind: 'closed' };

  constructor(options: OutgoingLinkOptions) {
    assert(options.urls.length > 0, `no peer URL for member ${hexId(options.to)}`);
    this.options = options;
    this.urls = options.urls;
    this.queue = new SendQueue({
      messagesMax: options.limits.queueMessagesMax,
      bytesMax: options.limits.queueBytesMax,
    });
    this.dial();
  }

  /** Monotonic time since when the connection is open; undefined when it is not. */
  get openSinceMs(): number | undefined {
    return this.state.kind === 'open' ? this.state.sinceMs : undefined;
  }

  get roundTripMs(): number | undefined {
    return this.state.kind === 'open' ? this.state.roundTrip.milliseconds : undefined;
  }

  get queuedBytes(): number {
    return this.queue.bytes + (this.state.kind === 'open' ? this.state.socket.unsentBytes : 0);
  }

  /** Takes the message for the next `flush`; false: it was dropped and has certainly not been sent. */
  offer(message: PeerMessage): boolean {
    const { limits, log } = this.options;
    if (messageBytesBound(message) > limits.messageBytesMax) {
      log.error('a message to a peer is too large and is not sent', {
        kind: message.kind,
        bytes: messageBytesBound(message),
        bytesMax: limits.messageBytesMax,
      });
      this.dropped(1);
      return false;
    }
    if (this.state.kind !== 'open' || !this.queue.push(message)) {
      this.dropped(1);
      return false;
    }
    return true;
  }

  /** Sends what is queued, as far as the socket takes it; the rest follows when it has drained. */
  flush(): void {
    if (this.state.kind !== 'open') return;
    const { limits } = this.options;
    const { socket } = this.state;
    while (this.queue.size > 0 && socket.unsentBytes < limits.socketBytesMax) {
      const messages = this.queue.take(limits.frameBytes);
      const frame = encodeFrame(messages);
      this.counts.sentMessages += messages.length;
      this.counts.sentBytes += frame.length;
      socket.send(frame);
    }
  }

  /** Every `pingEveryMs`. */
  tick(): void {
    if (this.state.kind !== 'open') return;
    const { socket, roundTrip } = this.state;
    if (roundTrip.isSilent) {
      const { silentPingsMax, pingEveryMs } = this.options.limits;
      this.lost(`no answer to ${silentPingsMax} pings in ${silentPingsMax * pingEveryMs} ms`);
      socket.terminate();
      return;
    }
    socket.ping(roundTrip.ping(this.options.clock.monotonicMs()));
  }

  /** The peer has just dialled us, so it is there: no need to wait any longer. A refusal is not cured by that. */
  nudge(): void {
    if (this.state.kind !== 'waiting' || this.state.refused) return;
    this.state.timer.cancel();
    this.dial();
  }

  /** New peer URLs: a connection to one that is gone is given up. */
  setUrls(urls: readonly string[]): void {
    assert(urls.length > 0, `no peer URL for member ${hexId(this.options.to)}`);
    if (urls.length === this.urls.length && urls.every((url, i) => url === this.urls[i])) return;
    this.urls = urls;
    this.urlIndex = 0;
    this.attempt = 0;
    this.loggedTrouble.clear();
    const { state } = this;
    if (state.kind === 'open' && urls.includes(state.url)) return;
    if (state.kind === 'open') {
      state.socket.close(closeCode.goingAway, 'the peer URL has changed');
      this.ended('the peer URL has changed');
    } else if (state.kind === 'dialing') state.abort();
    else if (state.kind === 'waiting') state.timer.cancel();
    this.dial();
  }

  /** For good. What is queued is sent first, as far as it goes. */
  close(code: number, reason: string): void {
    const { state } = this;
    if (state.kind === 'open') {
      this.flush();
      state.socket.close(code, reason);
      this.ended(reason);
    } else if (state.kind === 'dialing') state.abort();
    else if (state.kind === 'waiting') state.timer.cancel();
    this.state = { kind: 'closed' };
  }

  private dial(): void {
    const { clock, dial, limits } = this.options;
    const url = this.urls[this.urlIndex % this.urls.length]!;
    this.urlIndex = (this.urlIndex + 1) % this.urls.length;
    const greeting = this.options.greeting();
    const target = { url, path: messagesPath, headers: greetingHeaders(greeting) };
    const dialing = dial(target, (outcome) => {
      timeout.cancel();
      this.dialled(outcome, url, greeting);
    });
    const timeout = clock.after(limits.dialTimeoutMs, () => {
      dialing.abort();
      this.retryLater(`no answer within ${limits.dialTimeoutMs} ms`, url, false);
    });
    this.state = {
      kind: 'dialing',
      abort: () => {
        timeout.cancel();
        dialing.abort();
      },
    };
  }

  private dialled(outcome: DialOutcome, url: string, greeting: Greeting): void {
    if (outcome.kind === 'failed') {
      this.retryLater(outcome.reason, url, false);
      return;
    }
    const refusal =
      outcome.kind === 'refused'
        ? readRefusal(outcome.status, outcome.headers, outcome.body, greeting)
        : judgeAnswer(outcome.headers, greeting);
    if (refusal !== undefined) {
      if (outcome.kind === 'open') outcome.socket.terminate();
      this.retryLater(`refused (${refusal.reason}): ${refusal.detail}`, url, true);
      this.options.onRefused(refusal);
      return;
    }
    if (outcome.kind === 'open') this.opened(outcome.socket, url, String(outcome.headers['x-server-version']));
  }

  private opened(socket: PeerSocket, url: string, version: string): void {
    const { clock, limits, log, onOpen } = this.options;
    const roundTrip = new RoundTrip(limits.silentPingsMax);
    this.state = { kind: 'open', socket, sinceMs: clock.monotonicMs(), url, roundTrip };
    this.loggedTrouble.clear();
    socket.start({
      // The other side talks on its own link; what it would say here is not ours to understand.
      message: () => {},
      pinged: () => {},
      pong: (payload) => roundTrip.pong(payload, clock.monotonicMs()),
      sent: () => this.flush(),
      closed: (code, reason) => {
        if (this.state.kind === 'open' && this.state.socket === socket) this.closedByPeer(code, reason);
      },
    });
    log.info('connected to peer', { url, version });
    // The first measurement need not wait for the tick.
    socket.ping(roundTrip.ping(clock.monotonicMs()));
    onOpen();
  }

  private closedByPeer(code: number, reason: string): void {
    this.lost(reason === '' ? `the connection was closed (${code})` : reason, code === closeCode.superseded);
    if (code === closeCode.memberRemoved) this.options.onRefused({ reason: 'memberRemoved', detail: reason });
  }

  /** An open connection has ended against our will. */
  private lost(reason: string, refused = false): void {
    assert(this.state.kind === 'open', 'a link was lost that was not open');
    const { clock, limits, onLost } = this.options;
    const { sinceMs, url } = this.state;
    if (clock.monotonicMs() - sinceMs >= limits.stableMs) this.attempt = 0;
    this.ended(reason);
    this.retryLater(`lost: ${reason}`, url, refused);
    onLost();
  }

  /** Messages that were given to the socket count as sent; those still queued have certainly not been. */
  private ended(reason: string): void {
    const dropped = this.queue.clear();
    if (dropped > 0) {
      this.options.log.debug('messages to a peer are dropped', { messages: dropped, reason });
      this.dropped(dropped);
    }
  }

  private retryLater(trouble: string, url: string, refused: boolean): void {
    const { clock, limits, log, random } = this.options;
    const mostMs = refused ? limits.refusedBackOffMostMs : limits.backOffMostMs;
    // All URLs of a peer are tried before the wait grows.
    const round = Math.floor(this.attempt++ / this.urls.length);
    const waitMs = backOffMs(round, { firstMs: limits.backOffFirstMs, mostMs }, random);
    this.state = { kind: 'waiting', refused, timer: clock.after(waitMs, () => this.dial()) };
    const known = this.loggedTrouble.get(url) === trouble;
    log[known ? 'debug' : 'warn']('no connection to peer', { url, reason: trouble });
    this.loggedTrouble.set(url, trouble);
  }

  private dropped(messages: number): void {
    this.counts.droppedMessages += messages;
    this.options.onDropped();
  }
}
