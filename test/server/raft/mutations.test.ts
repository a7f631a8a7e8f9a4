// Do the invariants bite? Each mutation breaks one rule of the core, from outside; random schedules must find it out, or,
// where what it takes is too rare, a film.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { ElectionTimer } from '../../../server/raft/election.ts';
import type { EntryList } from '../../../server/raft/entry-list.ts';
import { Leadership } from '../../../server/raft/leadership.ts';
import { MemberState } from '../../../server/raft/member-state.ts';
import type { Members } from '../../../server/raft/membership.ts';
import { Outbox } from '../../../server/raft/message.ts';
import { Raft } from '../../../server/raft/raft.ts';
import { RaftLog } from '../../../server/raft/raft-log.ts';
import { OwnReads, ReadRounds } from '../../../server/raft/read-index.ts';
import { Replication } from '../../../server/raft/replication.ts';
import type { Entry, Position } from '../../../server/raft/types.ts';
import { hasten, type Inside, type Mutation, plant } from '../../harness/mutation.ts';
import { filmFolder, replay } from './film-file.ts';
import { Breach } from './invariants.ts';
import { play, type Setup, schedules } from './schedule.ts';

interface CoreMutation extends Mutation {
  readonly setup?: Partial<Setup>;
  /** Of each schedule; some things take longer than others. */
  readonly steps?: number;
  readonly seed?: number;
  /** The film that breaches an invariant under it. */
  readonly film?: string;
}

const mutations: readonly CoreMutation[] = [
  {
    title: 'a vote is answered before it is durable',
    target: Outbox,
    member: 'sendAfterPersist',
    mutate: hasten('voteAnswer'),
  },
  {
    title: 'votes are asked for before the own one is durable',
    target: Outbox,
    member: 'sendAfterPersist',
    mutate: hasten('vote'),
  },
  {
    title: 'the own vote counts before it is durable',
    target: MemberState,
    member: 'becomeCandidate',
    mutate: (original) =>
      function (this: Inside, ...args: never[]) {
        original.apply(this, args);
        const state = this as unknown as MemberState;
        state.answerToBallot('candidate', state.term, state.id, true);
      },
    setup: { voters: 1 },
  },
  {
    title: 'entries are acknowledged before they are durable',
    target: Outbox,
    member: 'sendAfterPersist',
    mutate: hasten('appendAccepted'),
  },
  {
    title: 'the leader counts itself for what is not durable there',
    target: Replication,
    member: 'advanceCommit',
    mutate: (original) =>
      function (this: Inside) {
        const log = this.log as RaftLog;
        const { stableIndex } = log;
        log.stableIndex = log.lastIndex;
        original.apply(this);
        log.stableIndex = stableIndex;
      },
  },
  {
    title: 'entries of earlier terms are committed by counting',
    target: Replication,
    member: 'advanceCommit',
    mutate: (original) =>
      function (this: Inside) {
        const log = this.log as RaftLog;
        const { term } = this.options as { term: number };
        // Whatever the entry's term, it passes for the own.
        Object.defineProperty(log, 'termAt', { value: () => term, configurable: true });
        original.apply(this);
        Reflect.deleteProperty(log, 'termAt');
      },
    film: 'figure-8',
  },
  {
    title: 'a repeated append shortens the log',
    target: RaftLog,
    member: 'merge',
    mutate: (original) =>
      function (this: Inside, ...args: never[]) {
        const [entries] = args as unknown as [readonly Entry[]];
        const log = this as unknown as RaftLog;
        const first = entries[0]?.index ?? log.lastIndex + 1;
        if (first > log.commitIndex && first <= log.lastIndex) (this.truncateFrom as (index: number) => void)(first);
        return original.apply(this, args);
      },
  },
  {
    title: 'the completion of a write counts for entries that took the place of what it wrote',
    target: RaftLog,
    member: 'truncateFrom',
    mutate: () =>
      function (this: Inside, ...args: never[]) {
        const [index] = args as unknown as [number];
        (this.list as EntryList).truncateFrom(index);
        this.stableIndex = Math.min(this.stableIndex as number, index - 1);
        this.offeredIndex = Math.min(this.offeredIndex as number, index - 1);
      },
    film: 'replaced-while-being-written',
  },
  {
    title: 'entries are applied that are not durable here',
    target: RaftLog,
    member: 'takeCommitted',
    mutate: (original) =>
      function (this: Inside) {
        const { stableIndex } = this;
        this.stableIndex = this.commitIndex;
        const entries = original.apply(this);
        this.stableIndex = stableIndex;
        return entries;
      },
  },
  {
    title: 'whoever steps down within a term forgets its vote',
    target: MemberState,
    member: 'becomeFollower',
    mutate: (original) =>
      function (this: Inside, ...args: never[]) {
        original.apply(this, args);
        this.currentVote = 0n;
      },
  },
  {
    title: 'a vote is given to shorter logs too',
    target: RaftLog,
    member: 'last',
    mutate: () => () => ({ index: 0, term: 0 }) satisfies Position,
  },
  {
    title: 'a read round has the number of an earlier one',
    target: ReadRounds,
    member: 'openRound',
    mutate: (original) =>
      function (this: Inside, ...args: never[]) {
        this.lastRound = 0;
        return original.apply(this, args);
      },
  },
  {
    title: 'reads are answered before this term has committed anything',
    target: Leadership,
    member: 'hasCommittedInTerm',
    mutate: () => () => true,
  },
  {
    title: 'a follower asks for reads under contexts that it used in an earlier life',
    target: OwnReads,
    member: 'add',
    mutate: (original) =>
      function (this: Inside, ...args: never[]) {
        if (this.waiting instanceof Map && this.waiting.size === 0) this.nextContext = 1n;
        return original.apply(this, args);
      },
  },
  {
    title: 'a heartbeat tells the commit index to members that do not have the entries',
    target: Replication,
    member: 'sendHeartbeats',
    mutate: () =>
      function (this: Inside, ...args: never[]) {
        const [round] = args as unknown as [number];
        const { outbox } = this.options as { outbox: Outbox };
        const commit = (this.log as RaftLog).commitIndex;
        for (const { id } of (this as unknown as Replication).all)
          outbox.send(id, { kind: 'heartbeat', commit, round });
      },
  },
  {
    title: 'learners count in commits',
    target: Replication,
    member: 'advanceCommit',
    mutate: (original) =>
      function (this: Inside) {
        const { members } = this.options as { members: Members };
        const value = new Set([...members.voters, ...members.learners]);
        Object.defineProperty(members, 'voters', { value, configurable: true });
        original.apply(this);
        Reflect.deleteProperty(members, 'voters');
      },
    setup: { voters: 3, learners: 2 },
  },
  {
    title: 'membership changes do not wait for the one before them, nor for the term to begin',
    target: Leadership,
    member: 'membershipPending',
    mutate: () => () => false,
  },
  {
    title: 'somebody who lacks a committed membership change campaigns',
    target: RaftLog,
    member: 'hasUnappliedMembership',
    mutate: () => () => false,
  },
  {
    title: 'a membership change that is older than the snapshot being put in place is taken',
    target: RaftLog,
    member: 'isRestoring',
    mutate: () => () => false,
  },
  {
    title: 'candidates and voters do not tell each other what is committed',
    target: RaftLog,
    member: 'commit',
    mutate: () => () => ({ index: 0, term: 0 }) satisfies Position,
    setup: { voters: 1, learners: 1 },
    steps: 1_500,
    seed: 202,
  },
  {
    title: 'a leader that was removed goes on',
    target: Raft,
    member: 'setMembers',
    mutate: () =>
      function (this: Inside, ...args: never[]) {
        const [voters, learners] = args as unknown as [bigint[], bigint[]];
        (this.members as Members).change(voters, learners);
      },
  },
  {
    title: 'a candidate draws no new wait, and all draw the same',
    target: ElectionTimer,
    member: 'redraw',
    mutate: () =>
      function (this: Inside) {
        this.timeout = this.electionTicks;
      },
  },
];

/** Schedules tried until a mutation counts as not found. */
const runsMax = 3_000;

for (const mutation of mutations.filter(({ film }) => film === undefined)) {
  test(`found by random schedules: ${mutation.title}`, (t) => {
    const setup: Setup = { voters: 3, learners: 0, appendBytesMax: 8, ...mutation.setup };
    const takeOut = plant(mutation);
    try {
      const property = fc.property(
        fc.integer(),
        schedules(mutation.steps ?? 1_000),
        (random, schedule) => void play(setup, random, schedule),
      );
      const details = fc.check(property, { seed: mutation.seed ?? 7, numRuns: runsMax, endOnFailure: true });
      const { errorInstance } = details as { errorInstance?: Error };
      t.true(details.failed, `not found in ${runsMax} schedules`);
      t.log(`schedule ${details.numRuns}: ${errorInstance?.message}`);
    } finally {
      takeOut();
    }
  });
}

for (const mutation of mutations) {
  if (mutation.film === undefined) continue;
  const text = readFileSync(join(filmFolder, `${mutation.film}.txt`), 'utf8');
  test(`found by the film ${mutation.film}: ${mutation.title}`, (t) => {
    const takeOut = plant(mutation);
    try {
      const breach = t.throws(() => replay(text), { instanceOf: Breach });
      t.log(breach.message);
    } finally {
      takeOut();
    }
  });
}
