// How members reach one another: one outgoing link to every peer, the incoming links of those that were let in, and
// snapshots beside them. Messages are handed on as they are; the transport knows who may talk, who is connected and for how
// long, and tells the node when a peer cannot be reached or when this member itself was removed. See DESIGN.md.

import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from '../../common/log.ts';
import { assert } from '../../common/runtime/assert.ts';
import type { Timer } from '../../common/runtime/clock.ts';
import {
  type Answer,
  answerHeaders,
  type Greeting,
  hexId,
  judgeGreeting,
  type LocalView,
  type Refusal,
  readGreeting,
  refusalHeaders,
  removedSentence,
  statusOf,
} from './handshake.ts';
import { IncomingLink } from './incoming-link.ts';
import { IncomingSnapshots } from './incoming-snapshots.ts';
import { defaultPeerLimits, type PeerLimits } from './limits.ts';
import { OutgoingLink } from './outgoing-link.ts';
import { OutgoingSnapshots } from './outgoing-snapshots.ts';
import type { PeerMessage } from './peer-message.ts';
import { closeCode, type PeerSocket } from './peer-socket.ts';
import { RefusalLog } from './refusal-log.ts';
import type { SnapshotSource, SnapshotTransfer } from './snapshot-sender.ts';
import {
  type Admission,
  type PeerSet,
  type PeerStatus,
  type PeerTransportOptions,
  peerProtocol,
} from './transport-options.ts';

export class PeerTransport {
  private readonly options: PeerTransportOptions;
  private readonly limits: PeerLimits;
  private readonly answer: Answer;
  private readonly incarnation: bigint;
  private readonly local: LocalView;
  private readonly refusals: RefusalLog;
  private readonly outgoing = new Map<bigint, OutgoingLink>();
  private readonly incoming = new Map<bigint, IncomingLink>();
  private readonly received = new Map<bigint, { messages: number; bytes: number }>();
  private readonly outgoingSnapshots: OutgoingSnapshots;
  private readonly incomingSnapshots: IncomingSnapshots;
  private readonly ticker: Timer;
  private peerSet: PeerSet = { membershipIndex: 0, peers: new Map(), isRemoved: () => false };
  private readonly unreachable = new Set<bigint>();
  private readonly unflushed = new Set<OutgoingLink>();
  private flushScheduled = false;
  private removedTold = false;
  private closed = false;

  constructor(options: PeerTransportOptions) {
    const { clock, log, random, self } = options;
    this.options = options;
    this.limits = { ...defaultPeerLimits, ...options.limits };
    this.answer = {
      clusterId: self.clusterId,
      memberId: self.memberId,
      protocol: options.protocol ?? peerProtocol,
      serverVersion: options.serverVersion,
    };
    this.incarnation = random.bits64();
    const transport = this;
    this.local = {
      answer: this.answer,
      get membershipIndex() {
        return transport.peerSet.membershipIndex;
      },
      isMember: (id) => this.peerSet.peers.has(id),
      isRemoved: (id) => this.peerSet.isRemoved(id),
    };
    this.refusals = new RefusalLog(log);
    const shared = { clock, log, limits: this.limits };
    this.outgoingSnapshots = new OutgoingSnapshots({ ...shared, dial: options.dial });
    this.incomingSnapshots = new IncomingSnapshots({ ...shared, open: options.handlers.snapshot });
    this.ticker = clock.every(this.limits.pingEveryMs, () => this.tick());
  }

  /**
   * The members have changed, or are known for the first time. Links to removed ones are closed with the reason, so that
   * they hear of it at once.
   */
  setPeers(peerSet: PeerSet): void {
    assert(!this.closed, 'peers were set on a closed transport');
    this.peerSet = peerSet;
    for (const [id, link] of this.outgoing) {
      if (!this.mayBeLinked(id)) this.drop(id, (code, reason) => link.close(code, reason), this.outgoing);
    }
    for (const [id, link] of [...this.incoming]) {
      if (!this.mayBeLinked(id)) this.drop(id, (code, reason) => link.close(code, reason), this.incoming);
    }
    for (const [id, urls] of peerSet.peers) {
      if (id === this.answer.memberId || urls.length === 0) continue;
      const link = this.outgoing.get(id);
      if (link === undefined) this.connect(id, urls);
      else link.setUrls(urls);
    }
  }

  /**
   * Never blocks, never throws; leaves with all else of this turn. False: dropped, and certainly never sent. True
   * promises nothing: the connection may end before it is there.
   */
  send(to: bigint, message: PeerMessage): boolean {
    const link = this.outgoing.get(to);
    if (link === undefined || !link.offer(message)) return false;
    this.unflushed.add(link);
    this.scheduleTurnEnd();
    return true;
  }

  /** Sends now what this turn has said so far, for a driver that knows that it is done. */
  flush(): void {
    for (const link of this.unflushed) link.flush();
    this.unflushed.clear();
  }

  /** Monotonic time since when the member has been linked with us in both directions; undefined when it is not. */
  connectedSinceMs(member: bigint): number | undefined {
    const there = this.outgoing.get(member)?.openSinceMs;
    const back = this.incoming.get(member)?.openSinceMs;
    return there === undefined || back === undefined ? undefined : Math.max(there, back);
  }

  /** Smoothed; undefined while not connected. */
  roundTripMs(member: bigint): number | undefined {
    return this.outgoing.get(member)?.roundTripMs;
  }

  /** One snapshot to one member at a time, and a bounded number of them; refused ones are rejected at once. */
  sendSnapshot(to: bigint, source: SnapshotSource): SnapshotTransfer {
    const urls = this.peerSet.peers.get(to) ?? [];
    return this.outgoingSnapshots.send({ urls, greeting: this.greetingTo(to), source });
  }

  /** For metrics. */
  status(): PeerStatus[] {
    return [...this.outgoing].map(([member, link]) => {
      const received = this.received.get(member);
      return {
        member,
        connectedSinceMs: this.connectedSinceMs(member),
        roundTripMs: link.roundTripMs,
        queuedBytes: link.queuedBytes,
        ...link.counts,
        receivedMessages: received?.messages ?? 0,
        receivedBytes: received?.bytes ?? 0,
      };
    });
  }

  get refusedConnections(): number {
    return this.refusals.count;
  }

  /** Judges a request to upgrade at `messagesPath` or `snapshotPath`; the peer port does with it as it is told. */
  admit(purpose: 'messages' | 'snapshot', headers: IncomingHttpHeaders, remote: string): Admission {
    const greeting = readGreeting(headers);
    if (typeof greeting === 'string') return this.refuse({ reason: 'malformedGreeting', detail: greeting }, remote);
    if (this.closed) return this.refuse({ reason: 'closing', detail: 'the member is stopping' }, remote, greeting);
    const verdict = judgeGreeting(greeting, this.local);
    if (verdict.kind === 'refused') return this.refuse(verdict.refusal, remote, greeting);
    const objection = this.options.handlers.objection?.(greeting);
    if (objection !== undefined) return this.refuse({ reason: 'objection', detail: objection }, remote, greeting);
    const isGuest = verdict.kind === 'guest';
    if (isGuest && !this.incoming.has(greeting.from) && this.guestCount() >= this.limits.guestsMax) {
      return this.refuse({ reason: 'busy', detail: 'too many members that are unknown here' }, remote, greeting);
    }
    const accept = (socket: PeerSocket): void => {
      if (this.closed) socket.terminate();
      else if (purpose === 'snapshot') this.incomingSnapshots.accept(greeting, socket);
      else this.accept(greeting, isGuest, socket);
    };
    return { kind: 'accepted', headers: answerHeaders(this.answer), accept };
  }

  /** Says goodbye on every link. What was sent before still goes out, as far as sockets let it. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.ticker.cancel();
    const reason = 'the member is stopping';
    for (const link of this.outgoing.values()) link.close(closeCode.goingAway, reason);
    for (const link of [...this.incoming.values()]) link.close(closeCode.goingAway, reason);
    this.outgoing.clear();
    this.incoming.clear();
    this.unflushed.clear();
    this.outgoingSnapshots.close(reason);
    this.incomingSnapshots.close(reason);
  }

  private connect(to: bigint, urls: readonly string[]): void {
    const { clock, dial, handlers, log, random } = this.options;
    const link = new OutgoingLink({
      to,
      urls,
      clock,
      random,
      dial,
      log: log.child({ peer: hexId(to) }),
      limits: this.limits,
      greeting: () => this.greetingTo(to),
      onOpen: () => handlers.reached?.(to),
      onLost: () => this.noteUnreachable(to),
      onDropped: () => this.noteUnreachable(to),
      onRefused: (refusal) => this.refusedBy(to, refusal),
    });
    this.outgoing.set(to, link);
  }

  private greetingTo(to: bigint): Greeting {
    const { logIndex, self } = this.options;
    return {
      ...this.answer,
      from: self.memberId,
      to,
      name: self.name,
      incarnation: this.incarnation,
      membershipIndex: this.peerSet.membershipIndex,
      logIndex: logIndex(),
      peerUrls: self.peerUrls,
    };
  }

  private accept(greeting: Greeting, isGuest: boolean, socket: PeerSocket): void {
    const { clock, handlers, log } = this.options;
    const { from } = greeting;
    const linkLog = log.child({ peer: hexId(from) });
    this.supersede(greeting, socket, linkLog);
    const counts = this.received.get(from) ?? { messages: 0, bytes: 0 };
    this.received.set(from, counts);
    const link: IncomingLink = new IncomingLink({
      greeting,
      isGuest,
      socket,
      nowMs: clock.monotonicMs(),
      limits: this.limits,
      log: linkLog,
      onFrame: (bytes) => {
        counts.bytes += bytes;
      },
      onMessage: (message) => {
        counts.messages++;
        handlers.message(from, message);
      },
      onClosed: () => this.incomingClosed(from, link),
    });
    this.incoming.set(from, link);
    linkLog.info('a peer has connected', {
      remote: socket.remote,
      name: greeting.name,
      version: greeting.serverVersion,
    });
    // A guest is answered where it says that it listens.
    if (isGuest && !this.outgoing.has(from) && greeting.peerUrls.length > 0) this.connect(from, greeting.peerUrls);
    this.outgoing.get(from)?.nudge();
    handlers.reached?.(from);
  }

  /** The newest connection of an identity wins: an older one is half-open, or of a process that was replaced. */
  private supersede(greeting: Greeting, socket: PeerSocket, log: Logger): void {
    const old = this.incoming.get(greeting.from);
    if (old === undefined) return;
    if (old.greeting.incarnation !== greeting.incarnation) {
      log.warn('another process with the same identity has connected; the older connection is closed', {
        remote: socket.remote,
        olderRemote: old.remote,
        incarnation: hexId(greeting.incarnation),
        olderIncarnation: hexId(old.greeting.incarnation),
      });
    }
    this.incoming.delete(greeting.from);
    old.close(closeCode.superseded, 'a newer connection claims the same identity');
  }

  private incomingClosed(from: bigint, link: IncomingLink): void {
    if (this.incoming.get(from) !== link) return;
    this.incoming.delete(from);
    if (link.isGuest && !this.peerSet.peers.has(from)) {
      this.outgoing.get(from)?.close(closeCode.noLongerPeer, 'not a member here');
      this.outgoing.delete(from);
      this.received.delete(from);
    }
  }

  private guestCount(): number {
    let guests = 0;
    for (const id of this.incoming.keys()) if (!this.peerSet.peers.has(id)) guests++;
    return guests;
  }

  /** Members, and guests until we know as much as they did. */
  private mayBeLinked(id: bigint): boolean {
    if (this.peerSet.peers.has(id)) return true;
    const guest = this.incoming.get(id);
    if (guest === undefined || !guest.isGuest || this.peerSet.isRemoved(id)) return false;
    return guest.greeting.membershipIndex > this.peerSet.membershipIndex;
  }

  private drop(id: bigint, close: (code: number, reason: string) => void, links: Map<bigint, unknown>): void {
    links.delete(id);
    this.received.delete(id);
    if (this.peerSet.isRemoved(id)) close(closeCode.memberRemoved, removedSentence);
    else close(closeCode.noLongerPeer, 'not a member here');
    this.outgoingSnapshots.abort(id, 'no longer a member');
  }

  private refuse(refusal: Refusal, remote: string, greeting?: Greeting): Admission {
    this.refusals.note(refusal, remote, greeting);
    return {
      kind: 'refused',
      status: statusOf(refusal),
      headers: refusalHeaders(this.answer, refusal),
      body: `${refusal.detail}\n`,
    };
  }

  /** The link has logged it. */
  private refusedBy(by: bigint, refusal: Refusal): void {
    if (refusal.reason !== 'memberRemoved' || this.removedTold || this.closed) return;
    this.removedTold = true;
    this.options.log.error(`a peer says that ${removedSentence}`, { peer: hexId(by) });
    this.options.handlers.removedFromCluster();
  }

  private noteUnreachable(member: bigint): void {
    this.unreachable.add(member);
    this.scheduleTurnEnd();
  }

  private scheduleTurnEnd(): void {
    if (this.flushScheduled) return;
    this.flushScheduled = true;
    this.options.clock.atTurnEnd(() => {
      this.flushScheduled = false;
      this.flush();
      const members = [...this.unreachable];
      this.unreachable.clear();
      if (!this.closed) for (const member of members) this.options.handlers.unreachable(member);
    });
  }

  private tick(): void {
    for (const link of this.outgoing.values()) link.tick();
    for (const link of [...this.incoming.values()]) link.tick();
  }
}
