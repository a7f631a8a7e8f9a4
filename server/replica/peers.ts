// The other members as the replica sees them: messages go out, never block, and may get lost. The network behind it is
// server/peer; a simulator brings its own.

import type { PeerMessage } from '../peer/peer-message.ts';
import type { Message } from '../raft/message.ts';

/** What drivers say to one another; the receiver and the sender are the link's. */
export type DriverMessage = Exclude<PeerMessage, Message>;

export interface Peers {
  /** A message of the core, to `message.to`. */
  sendMessage(message: Message): void;
  /** False: certainly never sent. True promises nothing. */
  sendDriver(to: bigint, message: DriverMessage): boolean;
}

/** A cluster of one member has nobody to talk to. */
export const noPeers: Peers = { sendMessage: () => {}, sendDriver: () => false };
