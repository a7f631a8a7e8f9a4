// What a node gives to its peer transport and gets from it: the members, the handlers, the verdict on a connection that
// wants in, and the numbers for metrics.

import type { Logger } from '../../common/log.ts';
import type { Clock } from '../../common/runtime/clock.ts';
import type { Random } from '../../common/runtime/random.ts';
import type { Greeting, ProtocolRange } from './handshake.ts';
import type { PeerLimits } from './limits.ts';
import type { PeerMessage } from './peer-message.ts';
import type { Dial, PeerSocket } from './peer-socket.ts';
import type { OpenSnapshotSink } from './snapshot-stream.ts';

/** Version 1 is the only one so far. */
export const peerProtocol: ProtocolRange = { min: 1, max: 1 };

/** The members, as the last applied membership change left them. */
export interface PeerSet {
  /** Log index of that change; 0 while only the bootstrap flags tell. */
  readonly membershipIndex: number;
  /** Peer URLs by member id; this member may be among them. */
  readonly peers: ReadonlyMap<bigint, readonly string[]>;
  /** Whether a member of this id was removed, ever. */
  readonly isRemoved: (id: bigint) => boolean;
}

export interface PeerHandlers {
  /** In the order in which `from` sent small ones, and large ones; see `isBulk`. */
  readonly message: (from: bigint, message: PeerMessage) => void;
  /** A message to this peer was dropped or its link was lost. Told once a turn, at the turn's end. */
  readonly unreachable: (member: bigint) => void;
  /** Another member says that this one is no longer in the cluster. Once. */
  readonly removedFromCluster: () => void;
  /** A link has come up, in either direction. */
  readonly reached?: (member: bigint) => void;
  /** Why this member may not talk to us although it is in the cluster: one sentence for its log and ours. */
  readonly objection?: (greeting: Greeting) => string | undefined;
  readonly snapshot: OpenSnapshotSink;
}

export interface PeerTransportOptions {
  readonly self: {
    readonly memberId: bigint;
    readonly clusterId: bigint;
    readonly name: string;
    readonly peerUrls: readonly string[];
  };
  readonly serverVersion: string;
  /** Last entry that is durable here; asked at each dial. */
  readonly logIndex: () => number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly dial: Dial;
  readonly handlers: PeerHandlers;
  readonly protocol?: ProtocolRange;
  readonly limits?: Partial<PeerLimits>;
}

/** What an upgrade request gets. */
export type Admission =
  | {
      readonly kind: 'accepted';
      /** For the 101 answer. */
      readonly headers: Readonly<Record<string, string>>;
      /** To be called with the open socket. */
      readonly accept: (socket: PeerSocket) => void;
    }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    };

export interface PeerStatus {
  readonly member: bigint;
  readonly connectedSinceMs: number | undefined;
  readonly roundTripMs: number | undefined;
  readonly queuedBytes: number;
  readonly sentMessages: number;
  readonly sentBytes: number;
  readonly droppedMessages: number;
  readonly receivedMessages: number;
  readonly receivedBytes: number;
}
