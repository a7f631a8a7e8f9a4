// The Raft paper (Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm, extended version), sections
// 5.1 to 5.4, sentence by sentence. Each title is a sentence of ours about one of theirs.

import test from 'ava';
import { seededRandom } from '../../../common/runtime/random.ts';
import type { MessageBody } from '../../../server/raft/message.ts';
import type { Raft } from '../../../server/raft/raft.ts';
import type { Role } from '../../../server/raft/types.ts';
import { entriesOf, hear, loneRaft, makeCandidate, makeLeader, settle, termsOf, withLog } from './lone-raft.ts';

const none = { index: 0, term: 0 };
const accepted = (index: number): MessageBody => ({ kind: 'appendAccepted', index });
const append = (previous: { index: number; term: number }, terms: readonly number[], commit = 0): MessageBody => {
  return { kind: 'append', previous, entries: entriesOf(terms, previous.index + 1), commit };
};

function inRole(role: Role): Raft {
  const raft = loneRaft({ hardState: { term: 1, vote: 0n, commit: 0 } });
  if (role === 'candidate') makeCandidate(raft);
  if (role === 'leader') makeLeader(raft);
  if (role === 'preCandidate') raft.campaign();
  settle(raft);
  return raft;
}

for (const role of ['follower', 'preCandidate', 'candidate', 'leader'] as const) {
  test(`5.1: a ${role} that sees a higher term enters it as a follower`, (t) => {
    const raft = inRole(role);
    t.is(raft.role, role);
    hear(raft, 2n, 9, append(none, []));
    t.is(raft.currentTerm, 9);
    t.is(raft.role, 'follower');
    t.is(raft.leader, 2n);
    t.is(raft.vote, 0n);
  });
}

test('5.1: requests with a stale term are refused, with the newer term', (t) => {
  const raft = loneRaft(withLog([1, 5]));
  const requests: MessageBody[] = [
    append(none, [4]),
    { kind: 'heartbeat', commit: 0, round: 0 },
    { kind: 'vote', last: { index: 9, term: 9 }, transfer: false, commit: none },
  ];
  for (const request of requests) {
    const { messages } = hear(raft, 2n, 4, request);
    t.is(messages.length, 1);
    t.is(messages[0]!.term, 5);
    t.true(messages[0]!.kind === 'appendRejected' || (messages[0]!.kind === 'voteAnswer' && !messages[0]!.granted));
  }
  t.deepEqual(termsOf(raft), [1, 5]);
});

test('5.1: answers with a stale term count for nothing', (t) => {
  const raft = inRole('candidate');
  hear(raft, 2n, raft.currentTerm - 1, { kind: 'voteAnswer', granted: true, commit: none });
  t.is(raft.role, 'candidate');
  const leader = inRole('leader');
  hear(leader, 2n, leader.currentTerm - 1, accepted(1));
  t.is(leader.log.commitIndex, 0);
});

test('5.2: members start as followers', (t) => {
  t.is(loneRaft().role, 'follower');
});

test('5.2: a leader sends heartbeats to all others, learners too, with every tick', (t) => {
  const raft = loneRaft({ learners: [4n] });
  makeLeader(raft);
  raft.tick();
  const beats = settle(raft).messages.filter(({ kind }) => kind === 'heartbeat');
  t.deepEqual(
    beats.map(({ to }) => to),
    [2n, 3n, 4n],
  );
});

test('5.2: a follower that hears from its leader stays a follower', (t) => {
  const raft = loneRaft();
  for (let round = 0; round < 100; round++) {
    for (let tick = 0; tick < 9; tick++) raft.tick();
    hear(raft, 2n, 1, { kind: 'heartbeat', commit: 0, round: 0 });
  }
  t.is(raft.role, 'follower');
  t.is(raft.currentTerm, 1);
});

test('5.2: a member that hears of no leader asks all voters at once, enters a new term and votes for itself', (t) => {
  const raft = loneRaft({ hardState: { term: 4, vote: 0n, commit: 0 } });
  for (let tick = 0; tick < 20 && raft.role === 'follower'; tick++) raft.tick();
  const asked = settle(raft).messages;
  t.deepEqual(
    asked.map(({ to, kind }) => [to, kind]),
    [
      [2n, 'preVote'],
      [3n, 'preVote'],
    ],
  );
  t.is(raft.currentTerm, 4);
  const { messages } = hear(raft, 2n, 4, { kind: 'preVoteAnswer', candidateTerm: 5, granted: true, commit: none });
  t.deepEqual(
    messages.map(({ to, kind, term }) => [to, kind, term]),
    [
      [2n, 'vote', 5],
      [3n, 'vote', 5],
    ],
  );
  t.deepEqual(raft.hardState, { term: 5, vote: 1n, commit: 0 });
});

test('5.2: a candidate wins with votes of a majority, loses when a majority refuses, and else waits', (t) => {
  // Votes of the others, 1 for, 0 against; the own one is for.
  const cases: [voters: number, votes: number[], role: Role][] = [
    [1, [], 'leader'],
    [3, [1], 'leader'],
    [3, [0, 1], 'leader'],
    [3, [0], 'candidate'],
    [3, [0, 0], 'follower'],
    [5, [1], 'candidate'],
    [5, [1, 1], 'leader'],
    [5, [0, 0, 1], 'candidate'],
    [5, [0, 0, 0], 'follower'],
    [5, [0, 0, 1, 1], 'leader'],
  ];
  for (const [size, votes, role] of cases) {
    const raft = loneRaft({ voters: Array.from({ length: size }, (_, place) => BigInt(place + 1)) });
    makeCandidate(raft);
    votes.forEach((vote, place) => {
      hear(raft, BigInt(place + 2), raft.currentTerm, { kind: 'voteAnswer', granted: vote === 1, commit: none });
    });
    t.is(raft.role, role, `${size} voters, votes ${votes}`);
  }
});

test('5.2: one vote a term, first come first served; the same candidate may ask again', (t) => {
  const raft = loneRaft();
  const ask = (from: bigint, term: number): boolean => {
    const { messages } = hear(raft, from, term, { kind: 'vote', last: none, transfer: false, commit: none });
    return messages.some((message) => message.kind === 'voteAnswer' && message.granted);
  };
  t.true(ask(2n, 1));
  t.false(ask(3n, 1));
  t.true(ask(2n, 1));
  t.true(ask(3n, 2));
});

test('5.2: a vote survives a restart, and stepping down within the term', (t) => {
  const raft = loneRaft({ hardState: { term: 3, vote: 2n, commit: 0 } });
  const refused = hear(raft, 3n, 3, { kind: 'vote', last: none, transfer: false, commit: none }).messages[0]!;
  t.true(refused.kind === 'voteAnswer' && !refused.granted);
  const candidate = inRole('candidate');
  hear(candidate, 2n, candidate.currentTerm, append(none, []));
  t.is(candidate.role, 'follower');
  t.is(candidate.vote, 1n);
});

test('5.2: a candidate follows a leader of its own term, and not one of an older term', (t) => {
  const raft = inRole('candidate');
  hear(raft, 2n, raft.currentTerm - 1, append(none, []));
  t.is(raft.role, 'candidate');
  hear(raft, 2n, raft.currentTerm, append(none, []));
  t.is(raft.role, 'follower');
  t.is(raft.leader, 2n);
});

test('5.2: two leaders in one term are the end: the member halts rather than choose', (t) => {
  const raft = inRole('leader');
  t.throws(() => hear(raft, 2n, raft.currentTerm, append(none, [])), { name: 'AssertionError' });
  const follower = loneRaft();
  hear(follower, 2n, 1, append(none, []));
  t.throws(() => hear(follower, 3n, 1, append(none, [])), { name: 'AssertionError' });
});

test('5.2: each election has a wait of its own, drawn from one to two election timeouts', (t) => {
  const raft = loneRaft({ random: seededRandom(3) });
  const waits = new Set<number>();
  for (let election = 0; election < 60; election++) {
    let ticks = 0;
    do {
      raft.tick();
      ticks++;
    } while (settle(raft).messages.length === 0);
    t.true(ticks >= 10 && ticks < 20, `${ticks} ticks`);
    waits.add(ticks);
  }
  t.is(waits.size, 10);
});

test('5.2: a refused vote does not put off the own election, a granted one does', (t) => {
  const wait = (last: { index: number; term: number }): number => {
    const raft = loneRaft({ ...withLog([1]), random: seededRandom(5) });
    for (let tick = 0; tick < 9; tick++) raft.tick();
    hear(raft, 2n, 7, { kind: 'vote', last, transfer: false, commit: none });
    let ticks = 0;
    while (raft.role === 'follower') {
      raft.tick();
      ticks++;
    }
    return ticks;
  };
  t.true(wait(none) <= 10);
  t.true(wait({ index: 5, term: 5 }) >= 10);
});

test('5.3: a leader appends a command to its own log and sends it to all others at once', (t) => {
  const raft = loneRaft();
  makeLeader(raft);
  hear(raft, 2n, 1, accepted(1));
  hear(raft, 3n, 1, accepted(1));
  t.deepEqual(raft.propose(Buffer.from('x')), { index: 2, term: 1 });
  const ready = raft.ready();
  t.deepEqual(
    ready.entries.map(({ index }) => index),
    [2],
  );
  const sent = ready.messages.filter((message) => message.kind === 'append');
  t.deepEqual(
    sent.map(({ to, previous, entries }) => [to, previous.index, entries.length]),
    [
      [2n, 1, 1],
      [3n, 1, 1],
    ],
  );
});

test('5.3: an entry is committed when a majority holds it, and with it all before it', (t) => {
  for (const size of [3, 5]) {
    const raft = loneRaft({
      ...withLog([1, 1]),
      voters: Array.from({ length: size }, (_, place) => BigInt(place + 1)),
    });
    makeLeader(raft);
    const needed = (size - 1) / 2;
    for (let answers = 1; answers <= needed; answers++) {
      t.is(raft.log.commitIndex, 0);
      const { committed } = hear(raft, BigInt(answers + 1), 2, accepted(3));
      t.deepEqual(
        committed.map(({ index }) => index),
        answers === needed ? [1, 2, 3] : [],
      );
    }
  }
});

test('5.3: a follower learns the commit index from the leader and applies in log order', (t) => {
  const raft = loneRaft();
  t.deepEqual(
    hear(raft, 2n, 1, append(none, [1, 1, 1], 2)).committed.map(({ index }) => index),
    [1, 2],
  );
  t.deepEqual(
    hear(raft, 2n, 1, append({ index: 3, term: 1 }, [], 3)).committed.map(({ index }) => index),
    [3],
  );
});

test("5.3: entries beyond those of the message are not committed by it: they may not be the leader's", (t) => {
  const raft = loneRaft(withLog([1, 1, 1, 1]));
  hear(raft, 2n, 2, append({ index: 1, term: 1 }, [1], 4));
  t.is(raft.log.commitIndex, 2);
});

test('5.3: a follower without the entry before those of the message refuses, and tells where to try next', (t) => {
  const cases: [own: number[], previous: { index: number; term: number }, hint: { index: number; term: number }][] = [
    [[1, 2], { index: 3, term: 3 }, { index: 2, term: 2 }],
    [[1, 2], { index: 2, term: 1 }, { index: 1, term: 1 }],
    [[1, 3, 3, 4, 4, 5], { index: 5, term: 3 }, { index: 3, term: 3 }],
    [[], { index: 7, term: 3 }, { index: 0, term: 0 }],
  ];
  for (const [own, previous, hint] of cases) {
    const { messages } = hear(loneRaft(withLog(own)), 2n, 9, append(previous, [9]));
    const answer = messages[0]!;
    t.true(answer.kind === 'appendRejected');
    if (answer.kind === 'appendRejected') t.deepEqual([answer.index, answer.hint], [previous.index, hint]);
  }
});

test('5.3: what conflicts is replaced, what agrees stays (figure 7, the leader of term 8)', (t) => {
  const leader = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
  const followers = [
    [1, 1, 1, 4, 4, 5, 5, 6, 6],
    [1, 1, 1, 4],
    [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
    [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
    [1, 1, 1, 4, 4, 4, 4],
    [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
  ];
  for (const terms of followers) {
    const raft = loneRaft({ ...withLog(leader), hardState: { term: 7, vote: 0n, commit: 0 } });
    const follower = loneRaft({ ...withLog(terms), id: 2n, hardState: { term: 7, vote: 0n, commit: 0 } });
    let toFollower = makeLeader(raft).messages.filter(({ to }) => to === 2n);
    let probes = 0;
    while (toFollower.length > 0) {
      const answers = toFollower.flatMap((message) => {
        follower.step(message);
        return settle(follower).messages;
      });
      probes += answers.filter(({ kind }) => kind === 'appendRejected').length;
      toFollower = answers.flatMap((message) => {
        raft.step(message);
        return settle(raft).messages.filter(({ to }) => to === 2n);
      });
    }
    t.deepEqual(termsOf(follower), [...leader, 8], `follower with ${terms}`);
    t.deepEqual(termsOf(raft), [...leader, 8]);
    t.true(probes <= 3, `${probes} probes for a follower with ${terms}`);
  }
});

test('5.4.1: a vote is refused to whoever has a less complete log', (t) => {
  const cases: [own: number[], last: { index: number; term: number }, granted: boolean][] = [
    [[1], { index: 1, term: 1 }, true],
    [[1], { index: 2, term: 1 }, true],
    [[1, 1], { index: 1, term: 1 }, false],
    [[1], { index: 1, term: 2 }, true],
    [[1, 1], { index: 1, term: 2 }, true],
    [[2], { index: 1, term: 1 }, false],
    [[2], { index: 2, term: 1 }, false],
    [[1, 2], { index: 9, term: 1 }, false],
  ];
  for (const [own, last, granted] of cases) {
    const asked: MessageBody[] = [
      { kind: 'vote', last, transfer: false, commit: none },
      { kind: 'preVote', candidateTerm: 6, last, commit: none },
    ];
    for (const body of asked) {
      const [answer] = hear(loneRaft(withLog(own)), 2n, body.kind === 'vote' ? 6 : 5, body).messages;
      t.true(
        answer !== undefined && 'granted' in answer && answer.granted === granted,
        `${own} asked with ${last.index}/${last.term}`,
      );
    }
  }
});

test('5.4.2: only entries of the own term are committed by counting (figure 8)', (t) => {
  const raft = loneRaft(withLog([1, 2]));
  makeLeader(raft);
  t.is(raft.currentTerm, 3);
  hear(raft, 2n, 3, accepted(1));
  hear(raft, 2n, 3, accepted(2));
  t.is(raft.log.commitIndex, 0);
  hear(raft, 2n, 3, accepted(3));
  t.is(raft.log.commitIndex, 3);
});
