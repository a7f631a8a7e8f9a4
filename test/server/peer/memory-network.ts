// A network in memory on a simulated clock: every frame takes a millisecond, in order. Tests kill names, let bytes go
// nowhere without a word (`swallow`), damage frames, and hold back what a receiver reads.

import type { Clock } from '../../../common/runtime/clock.ts';
import {
  closeCode,
  type Dial,
  type DialOutcome,
  type PeerSocket,
  type SocketHandlers,
  snapshotPath,
} from '../../../server/peer/peer-socket.ts';
import type { PeerTransport } from '../../../server/peer/peer-transport.ts';

const latencyMs = 1;

export class MemoryNetwork {
  readonly listeners = new Map<string, Pick<PeerTransport, 'admit'>>();
  /** Dials in their order. */
  readonly dialled: { readonly from: string; readonly url: string }[] = [];
  /** How often each name was killed: what an earlier life dials gets nowhere. */
  private readonly lives = new Map<string, number>();
  /** True: what goes from the first to the second gets lost without a word. */
  swallow: (from: string, to: string) => boolean = () => false;
  /** Changes frames on their way, for damage. */
  tamper: (frame: Buffer, path: string) => Buffer = (frame) => frame;
  readonly clock: Clock;
  private readonly sockets: MemorySocket[] = [];

  constructor(clock: Clock) {
    this.clock = clock;
  }

  dialFrom(name: string): Dial {
    const life = this.lives.get(name) ?? 0;
    return ({ url, path, headers }, done) => {
      this.dialled.push({ from: name, url });
      let over = (this.lives.get(name) ?? 0) !== life;
      this.clock.after(latencyMs, () => {
        const listener = this.listeners.get(url);
        if (over) return;
        if (listener === undefined) this.answer({ kind: 'failed', reason: `connect ECONNREFUSED ${url}` }, finish);
        else if (!this.swallow(name, url)) {
          const admission = listener.admit(path === snapshotPath ? 'snapshot' : 'messages', headers, `${name}:1`);
          if (admission.kind === 'refused') this.answer({ ...admission, body: admission.body.trim() }, finish);
          else {
            const [near, far] = this.pair(name, url, path);
            admission.accept(far);
            this.answer({ kind: 'open', socket: near, headers: admission.headers }, finish);
          }
        }
      });
      const finish = (outcome: DialOutcome): void => {
        if (!over) done(outcome);
        else if (outcome.kind === 'open') outcome.socket.terminate();
      };
      return {
        abort: () => {
          over = true;
        },
      };
    };
  }

  private answer(outcome: DialOutcome, done: (outcome: DialOutcome) => void): void {
    this.clock.after(latencyMs, () => done(outcome));
  }

  /** Two ends; `near` is the dialler's. */
  pair(near: string, far: string, path = ''): [MemorySocket, MemorySocket] {
    const a = new MemorySocket(this, near, far, path);
    const b = new MemorySocket(this, far, near, path);
    a.other = b;
    b.other = a;
    this.sockets.push(a, b);
    return [a, b];
  }

  /** The end that `name` holds of its connections, open ones only. */
  endsOf(name: string): MemorySocket[] {
    return this.sockets.filter((socket) => socket.name === name && !socket.isClosed);
  }

  /** The process behind the name dies: its ends are gone, the others notice. */
  kill(name: string): void {
    this.listeners.delete(name);
    this.lives.set(name, (this.lives.get(name) ?? 0) + 1);
    for (const socket of this.endsOf(name)) socket.terminate();
  }
}

export class MemorySocket implements PeerSocket {
  readonly name: string;
  readonly remote: string;
  other!: MemorySocket;
  /** Frames that were sent and that the other side has not read. */
  unsentBytes = 0;
  isClosed = false;
  pauses = 0;
  private readonly network: MemoryNetwork;
  private readonly path: string;
  private handlers: SocketHandlers | undefined;
  private readonly early: ((handlers: SocketHandlers) => void)[] = [];
  private held: (() => void)[] | undefined;

  constructor(network: MemoryNetwork, name: string, remote: string, path: string) {
    this.network = network;
    this.name = name;
    this.remote = remote;
    this.path = path;
  }

  start(handlers: SocketHandlers): void {
    this.handlers = handlers;
    for (const event of this.early.splice(0)) event(handlers);
  }

  send(frame: Buffer): void {
    if (this.isClosed) return;
    this.unsentBytes += frame.length;
    // The frame's bytes at this moment: whoever changes a sent buffer is not forgiven by the real network either.
    const bytes = this.network.tamper(Buffer.from(frame), this.path);
    this.deliver((other) => {
      other.tell((handlers) => handlers.message(bytes));
      this.unsentBytes -= frame.length;
      this.tell((handlers) => handlers.sent());
    });
  }

  ping(payload: Buffer): void {
    this.deliver((other) => {
      other.tell((handlers) => handlers.pinged());
      other.deliver((back) => back.tell((handlers) => handlers.pong(payload)));
    });
  }

  close(code: number, reason: string): void {
    if (this.isClosed) return;
    this.deliver((other) => other.end(code, reason));
    this.network.clock.after(latencyMs, () => this.end(code, reason));
    this.isClosed = true;
  }

  terminate(): void {
    if (this.isClosed) return;
    this.deliver((other) => other.end(closeCode.abnormal, ''));
    this.network.clock.after(0, () => this.end(closeCode.abnormal, ''));
    this.isClosed = true;
  }

  pause(): void {
    this.pauses++;
    this.hold();
  }

  resume(): void {
    this.release();
  }

  /** What comes in from now on waits: a process that does not read. */
  hold(): void {
    this.held ??= [];
  }

  release(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const event of held) event();
  }

  private ended = false;

  private end(code: number, reason: string): void {
    if (this.ended) return;
    this.ended = true;
    this.isClosed = true;
    this.tell((handlers) => handlers.closed(code, reason));
  }

  private deliver(event: (other: MemorySocket) => void): void {
    if (this.isClosed || this.network.swallow(this.name, this.remote)) return;
    this.network.clock.after(latencyMs, () => {
      const { other } = this;
      if (other.held !== undefined) other.held.push(() => event(other));
      else event(other);
    });
  }

  private tell(event: (handlers: SocketHandlers) => void): void {
    if (this.handlers === undefined) this.early.push(event);
    else if (!this.ended || event.length === 1) event(this.handlers);
  }
}
