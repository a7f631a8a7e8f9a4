// The sign by which a member can tell that it lost its data: a leader says in heartbeats only what this member has
// acknowledged is committed, so beyond the log's end it speaks of entries that were here once.

import type { Message } from '../raft/message.ts';
import type { Raft } from '../raft/raft.ts';

/** What is wrong and what to do, or undefined. */
export function lostEntries(raft: Raft, message: Message): string | undefined {
  if (message.kind !== 'heartbeat' || message.term < raft.currentTerm) return undefined;
  const { lastIndex } = raft.log;
  if (message.commit <= lastIndex) return undefined;
  return (
    `this member acknowledged entries up to ${message.commit}, but its log ends at ${lastIndex}: it lost its data and must not ` +
    'go on under its old identity. Replace it: "rollcall member remove" it, "rollcall member add" it, and start it with an ' +
    'empty data directory and --initial-cluster-state=existing'
  );
}
