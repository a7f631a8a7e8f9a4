// Messages that wait for a peer's socket. Two lines, each in order: the small ones (heartbeats, votes, answers) go before
// those with payload. Bounded in count and bytes; what does not fit is not taken, never something that was.

import { messageBytesBound } from './message-codec.ts';
import { isBulk, type PeerMessage } from './peer-message.ts';

interface Waiting {
  readonly message: PeerMessage;
  readonly bytes: number;
}

/** A queue that takes from the front without moving the rest. */
class Line {
  private items: (Waiting | undefined)[] = [];
  private head = 0;

  get first(): Waiting | undefined {
    return this.items[this.head];
  }

  push(item: Waiting): void {
    this.items.push(item);
  }

  shift(): void {
    this.items[this.head++] = undefined;
    if (this.head === this.items.length || this.head > 1024) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
  }

  clear(): void {
    this.items = [];
    this.head = 0;
  }
}

export class SendQueue {
  private readonly messagesMax: number;
  private readonly bytesMax: number;
  private readonly small = new Line();
  private readonly bulk = new Line();
  private count = 0;
  private heldBytes = 0;

  constructor(limits: { readonly messagesMax: number; readonly bytesMax: number }) {
    this.messagesMax = limits.messagesMax;
    this.bytesMax = limits.bytesMax;
  }

  get size(): number {
    return this.count;
  }

  get bytes(): number {
    return this.heldBytes;
  }

  /** False: it does not fit. A message always fits into an empty queue. */
  push(message: PeerMessage): boolean {
    const bytes = messageBytesBound(message);
    if (this.count > 0 && (this.count >= this.messagesMax || this.heldBytes + bytes > this.bytesMax)) return false;
    (isBulk(message) ? this.bulk : this.small).push({ message, bytes });
    this.count++;
    this.heldBytes += bytes;
    return true;
  }

  /** The next messages, of at most `bytes` together, but at least one if there is any. */
  take(bytes: number): PeerMessage[] {
    const taken: PeerMessage[] = [];
    let room = bytes;
    for (const line of [this.small, this.bulk]) {
      for (let next = line.first; next !== undefined; next = line.first) {
        if (taken.length > 0 && next.bytes > room) return taken;
        line.shift();
        taken.push(next.message);
        room -= next.bytes;
        this.count--;
        this.heldBytes -= next.bytes;
      }
    }
    return taken;
  }

  /** Drops everything; returns how many messages that were. */
  clear(): number {
    const dropped = this.count;
    this.small.clear();
    this.bulk.clear();
    this.count = 0;
    this.heldBytes = 0;
    return dropped;
  }
}
