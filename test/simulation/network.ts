// The network between the members: every message goes through the real codec, takes its time, may get lost, come twice or
// overtake others. Links are cut one way at a time, so that partitions may be of any shape. Kinds of which the real
// transport (one connection, TCP) never makes two are not doubled: a forwarded command is one of them.

import type { Random } from '../../common/runtime/random.ts';
import { decodeFrame, encodeFrame } from '../../server/peer/message-codec.ts';
import type { PeerMessage } from '../../server/peer/peer-message.ts';
import type { Journal } from './journal.ts';
import type { NetworkOptions } from './options.ts';
import type { Timeline } from './timeline.ts';

const stragglerMsMax = 3_000;
/** Of the connections on which something got lost, so many are noticed to be broken. */
const noticedRate = 0.3;

export interface Station {
  readonly id: bigint;
  readonly name: string;
  /** Changes with each process: what was sent to an earlier one on a connection is not for the next. */
  readonly life: number;
  take(from: bigint, message: PeerMessage): void;
  unreachable(member: bigint): void;
}

export class SimNetwork {
  options: NetworkOptions;
  private readonly timeline: Timeline;
  private readonly random: Random;
  private readonly journal: Journal;
  private readonly stations = new Map<bigint, Station>();
  /** Directed links that carry nothing, `from>to`. */
  private readonly cuts = new Set<string>();
  /** Since when each directed link has been whole. */
  private readonly wholeSince = new Map<string, number>();

  constructor(options: NetworkOptions, timeline: Timeline, random: Random, journal: Journal) {
    this.options = options;
    this.timeline = timeline;
    this.random = random;
    this.journal = journal;
  }

  join(station: Station): void {
    this.stations.set(station.id, station);
  }

  delayMs(): number {
    const { delayMsMin, delayMsMax, straggleRate } = this.options;
    const usual = delayMsMin + this.random.next() * Math.max(0, delayMsMax - delayMsMin);
    return this.random.next() < straggleRate ? usual + this.random.next() * stragglerMsMax : usual;
  }

  /** False: it was not sent, which only a connection that is known to be broken can tell. */
  send(from: Station, to: bigint, message: PeerMessage): boolean {
    const station = this.stations.get(to);
    if (station === undefined) return false;
    const isCut = this.cuts.has(`${from.id}>${to}`);
    if (isCut || this.random.next() < this.options.lossRate) {
      this.lost(from, to);
      return !(isCut && this.random.next() < noticedRate);
    }
    const bytes = encodeFrame([message]);
    const isRaft = 'term' in message;
    this.carry(from, station, bytes, isRaft);
    if (isRaft && this.random.next() < this.options.duplicateRate) this.carry(from, station, bytes, isRaft);
    return true;
  }

  private carry(from: Station, to: Station, bytes: Buffer, isRaft: boolean): void {
    const link = `${from.id}>${to.id}`;
    const { life } = to;
    this.timeline.after(this.delayMs(), () => {
      if (this.cuts.has(link) || (!isRaft && to.life !== life)) return this.lost(from, to.id);
      decodeFrame(Buffer.from(bytes), from.id, to.id, (message) => {
        const line = `${from.name} > ${to.name} ${summary(message)}`;
        if (message.kind === 'heartbeat' || message.kind === 'heartbeatAnswer') this.journal.count(line);
        else this.journal.note(line);
        to.take(from.id, message);
      });
    });
  }

  private lost(from: Station, to: bigint): void {
    if (this.random.next() < noticedRate) this.timeline.after(this.delayMs(), () => from.unreachable(to));
  }

  // ---- faults

  cut(from: bigint, to: bigint): void {
    this.cuts.add(`${from}>${to}`);
  }

  mend(from: bigint, to: bigint): void {
    if (this.cuts.delete(`${from}>${to}`)) this.wholeSince.set(`${from}>${to}`, this.timeline.nowMs);
  }

  heal(): void {
    for (const link of this.cuts) this.wholeSince.set(link, this.timeline.nowMs);
    this.cuts.clear();
  }

  isCut(from: bigint, to: bigint): boolean {
    return this.cuts.has(`${from}>${to}`);
  }

  /** Since when two members have been able to talk, in time of the world; undefined while they are not. */
  linkedSinceMs(a: bigint, b: bigint): number | undefined {
    if (this.isCut(a, b) || this.isCut(b, a)) return undefined;
    return Math.max(this.wholeSince.get(`${a}>${b}`) ?? 0, this.wholeSince.get(`${b}>${a}`) ?? 0);
  }
}

function summary(message: PeerMessage): string {
  switch (message.kind) {
    case 'append': {
      const { term, previous, entries, commit } = message;
      return `append t${term} after ${previous.index}.${previous.term} +${entries.length} commit ${commit}`;
    }
    case 'appendAccepted':
      return `appendAccepted t${message.term} ${message.index}`;
    case 'appendRejected':
      return `appendRejected t${message.term} ${message.index} hint ${message.hint.index}.${message.hint.term}`;
    case 'preVote':
      return `preVote for t${message.candidateTerm} last ${message.last.index}.${message.last.term}`;
    case 'vote':
      return `vote t${message.term} last ${message.last.index}.${message.last.term}`;
    case 'preVoteAnswer':
    case 'voteAnswer':
      return `${message.kind} t${message.term} ${message.granted ? 'granted' : 'refused'}`;
    case 'heartbeat':
    case 'heartbeatAnswer':
      return `${message.kind} t${message.term} round ${message.round}`;
    case 'readAnswer':
      return `readAnswer t${message.term} ${message.index}`;
    case 'proposalFailed':
    case 'keepAliveFailed':
      return `${message.kind} ${message.error}`;
    default:
      return 'term' in message ? `${message.kind} t${message.term}` : message.kind;
  }
}
