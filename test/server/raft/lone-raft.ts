// One core among imagined others: the test plays their part by its messages.

import { seededRandom } from '../../../common/runtime/random.ts';
import type { Message, MessageBody } from '../../../server/raft/message.ts';
import { Raft, type RaftOptions } from '../../../server/raft/raft.ts';
import type { Entry, ReadState } from '../../../server/raft/types.ts';

export const self = 1n;

export function loneRaft(overrides: Partial<RaftOptions> = {}): Raft {
  return new Raft({
    id: self,
    voters: [1n, 2n, 3n],
    electionTicks: 10,
    random: seededRandom(1),
    hardState: { term: 0, vote: 0n, commit: 0 },
    base: { index: 0, term: 0 },
    entries: [],
    applied: 0,
    ...overrides,
  });
}

export interface Outcome {
  readonly messages: Message[];
  readonly committed: Entry[];
  readonly reads: ReadState[];
  readonly lostReads: number[];
}

/** Carries out all that the core asks for, as a quick disk would. */
export function settle(raft: Raft): Outcome {
  const outcome: Outcome = { messages: [], committed: [], reads: [], lostReads: [] };
  while (raft.hasReady) {
    const ready = raft.ready();
    outcome.messages.push(...ready.messages, ...ready.messagesAfterPersist);
    outcome.committed.push(...ready.committed);
    outcome.reads.push(...ready.reads);
    outcome.lostReads.push(...ready.lostReads);
    const last = ready.entries.at(-1) ?? ready.snapshot;
    if (ready.hardState !== undefined) {
      raft.persisted(ready.hardState, last === undefined ? undefined : { index: last.index, term: last.term });
    }
    if (ready.snapshot !== undefined) raft.applied(ready.snapshot.index);
    for (const { index } of ready.committed) raft.applied(index);
  }
  return outcome;
}

/** Another member's message; returns what comes of it. */
export function hear(raft: Raft, from: bigint, term: number, body: MessageBody): Outcome {
  raft.step({ from, to: raft.id, term, ...body });
  return settle(raft);
}

const none = { index: 0, term: 0 };

/** Makes it candidate of the next term, with the consent of all voters. */
export function makeCandidate(raft: Raft): Outcome {
  raft.campaign();
  settle(raft);
  const candidateTerm = raft.currentTerm + 1;
  let outcome = settle(raft);
  for (const voter of raft.voters) {
    if (voter === raft.id || raft.role !== 'preCandidate') continue;
    outcome = hear(raft, voter, raft.currentTerm, {
      kind: 'preVoteAnswer',
      candidateTerm,
      granted: true,
      commit: none,
    });
  }
  return outcome;
}

/** Makes it leader of the next term. */
export function makeLeader(raft: Raft): Outcome {
  let outcome = makeCandidate(raft);
  for (const voter of raft.voters) {
    if (voter === raft.id || raft.role !== 'candidate') continue;
    outcome = hear(raft, voter, raft.currentTerm, { kind: 'voteAnswer', granted: true, commit: none });
  }
  return outcome;
}

/** Entries of these terms, from `first`. */
export function entriesOf(terms: readonly number[], first = 1): Entry[] {
  return terms.map((term, place) => ({
    index: first + place,
    term,
    kind: 'normal',
    data: Buffer.from(`${first + place}/${term}`),
  }));
}

export function termsOf(raft: Raft): number[] {
  const { log } = raft;
  return log.entriesAfter(log.firstIndex - 1, Number.MAX_SAFE_INTEGER).map(({ term }) => term);
}

/** A log of these terms, all of it durable. */
export function withLog(terms: readonly number[], commit = 0): Partial<RaftOptions> {
  return { entries: entriesOf(terms), hardState: { term: terms.at(-1) ?? 0, vote: 0n, commit } };
}
