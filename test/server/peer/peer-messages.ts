// Peer messages at random, every kind of them.

import fc from 'fast-check';
import type { PeerMessage } from '../../../server/peer/peer-message.ts';

export const from = 0x8e9e05c52164694dn;
export const to = 0xce1ac55777b620f9n;

const number = fc.oneof(fc.nat(), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
const id = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const signed = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
const position = fc.record({ index: number, term: number });
const name = fc.string({ maxLength: 64, unit: 'grapheme' });

const entries = (previousIndex: number) =>
  fc
    .array(fc.record({ term: number, kind: fc.constantFrom('normal' as const, 'membership' as const), data: bytes }), {
      maxLength: 8,
    })
    .map((list) => list.map((entry, i) => ({ index: previousIndex + 1 + i, ...entry })));

const append = fc.record({ index: fc.integer({ min: 0, max: 2 ** 52 }), term: number }).chain((previous) =>
  fc.record({
    from: fc.constant(from),
    to: fc.constant(to),
    kind: fc.constant('append' as const),
    term: number,
    previous: fc.constant(previous),
    entries: entries(previous.index),
    commit: number,
  }),
);

function raft<K extends string, F extends object>(kind: K, fields: { [P in keyof F]: fc.Arbitrary<F[P]> }) {
  return fc.tuple(number, fc.record(fields)).map(([term, rest]) => ({ from, to, term, kind, ...(rest as F) }));
}

export const peerMessage: fc.Arbitrary<PeerMessage> = fc.oneof(
  append,
  raft('preVote', { candidateTerm: number, last: position, commit: position }),
  raft('preVoteAnswer', { candidateTerm: number, granted: fc.boolean(), commit: position }),
  raft('vote', { last: position, commit: position, transfer: fc.boolean() }),
  raft('voteAnswer', { granted: fc.boolean(), commit: position }),
  raft('appendAccepted', { index: number }),
  raft('appendRejected', { index: number, hint: position }),
  raft('heartbeat', { commit: number, round: number }),
  raft('heartbeatAnswer', { round: number }),
  raft('snapshot', { position }),
  raft('readRequest', { context: id }),
  raft('readAnswer', { context: id, index: number }),
  raft('timeoutNow', {}),
  fc.record({ kind: fc.constant('proposal' as const), id, command: bytes, deadlineMs: number }),
  fc.record({ kind: fc.constant('proposalDone' as const), id, result: bytes }),
  fc.record({ kind: fc.constant('proposalFailed' as const), id, error: name }),
  fc.record({ kind: fc.constant('keepAlive' as const), id, lease: signed }),
  fc.record({ kind: fc.constant('keepAliveDone' as const), id, ttlSeconds: number }),
  fc.record({ kind: fc.constant('keepAliveFailed' as const), id, error: name }),
  fc.record({ kind: fc.constant('custom' as const), name, payload: bytes }),
);

export function heartbeat(round: number, term = 1): PeerMessage {
  return { from, to, term, kind: 'heartbeat', commit: 0, round };
}

/** An append of one entry. */
export function append1(index: number, data: Buffer, term = 1): PeerMessage {
  const previous = { index: index - 1, term };
  return { from, to, term, kind: 'append', previous, entries: [{ index, term, kind: 'normal', data }], commit: 0 };
}
