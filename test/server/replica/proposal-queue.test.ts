import test from 'ava';
import { type Proposal, type ProposalLimits, ProposalQueue } from '../../../server/replica/proposal-queue.ts';
import { emptyCommand } from '../../../server/service/kv-service.ts';

const limits: ProposalLimits = { proposalsMax: 4, proposalBytesMax: 100, batchCommandsMax: 3, batchBytesMax: 50 };

/** Adds a proposal and keeps what becomes of it. */
function add(queue: ProposalQueue, bytes: number, deadlineMs = 1000): { outcome: string } {
  const kept = { outcome: 'waiting' };
  const proposal: Proposal = {
    command: emptyCommand,
    bytes,
    deadlineMs,
    resolve: () => {
      kept.outcome = 'answered';
    },
    reject: (error) => {
      kept.outcome = error.message;
    },
  };
  queue.add(proposal);
  return kept;
}

const tooMany = { message: 'etcdserver: too many requests' };
const answer = { response: {} };

test('more proposals than the limit are refused, until earlier ones are answered', (t) => {
  const queue = new ProposalQueue(limits);
  for (let i = 0; i < 4; i++) add(queue, 1);
  t.throws(() => add(queue, 1), tooMany);
  const batch = queue.takeBatch();
  queue.placed({ index: 1, term: 1 }, batch);
  // In the log, but not applied: they still count.
  t.throws(() => add(queue, 1), tooMany);
  queue.applied(
    { index: 1, term: 1 },
    batch.map(() => answer),
  );
  t.is(queue.size, 1);
  t.notThrows(() => add(queue, 1));
});

test('more bytes than the limit are refused', (t) => {
  const queue = new ProposalQueue(limits);
  add(queue, 60);
  t.throws(() => add(queue, 41), tooMany);
  t.notThrows(() => add(queue, 40));
});

test('a batch is bounded in commands and bytes, in order, and never empty', (t) => {
  const queue = new ProposalQueue({ ...limits, proposalsMax: 100, proposalBytesMax: 1000 });
  for (const bytes of [20, 20, 20, 1, 1, 1, 1, 200, 1]) add(queue, bytes);
  const sizes: number[][] = [];
  while (queue.hasQueued) sizes.push(queue.takeBatch().map(({ bytes }) => bytes));
  t.deepEqual(sizes, [[20, 20], [20, 1, 1], [1, 1], [200], [1]]);
});

test('each command of an entry has its own answer or refusal', (t) => {
  const queue = new ProposalQueue(limits);
  const first = add(queue, 1);
  const second = add(queue, 1);
  queue.placed({ index: 5, term: 2 }, queue.takeBatch());
  queue.applied({ index: 5, term: 2 }, [{ error: new Error('refused') }, answer]);
  t.deepEqual([first.outcome, second.outcome], ['refused', 'answered']);
});

test('another entry at the same index means that the proposals were lost', (t) => {
  const queue = new ProposalQueue(limits);
  const lost = add(queue, 1);
  queue.placed({ index: 5, term: 2 }, queue.takeBatch());
  queue.applied({ index: 5, term: 3 }, []);
  t.is(lost.outcome, 'etcdserver: leader changed');
  t.is(queue.size, 0);
});

test('who waits too long is told so; a command that is in the log keeps its room until it is applied', (t) => {
  const queue = new ProposalQueue(limits);
  const logged = add(queue, 1, 500);
  queue.placed({ index: 1, term: 1 }, queue.takeBatch());
  const queued = add(queue, 1, 500);
  const later = add(queue, 1, 501);
  queue.expire(499);
  t.is(queued.outcome, 'waiting');
  queue.expire(500);
  t.deepEqual(
    [logged.outcome, queued.outcome, later.outcome],
    ['etcdserver: request timed out', 'etcdserver: request timed out', 'waiting'],
  );
  t.is(queue.size, 2);
  t.is(queue.takeBatch().length, 1);
});

test('when the member stops, all are told', (t) => {
  const queue = new ProposalQueue(limits);
  const logged = add(queue, 1);
  queue.placed({ index: 1, term: 1 }, queue.takeBatch());
  const queued = add(queue, 1);
  queue.failAll(new Error('stopped'));
  t.deepEqual([logged.outcome, queued.outcome], ['stopped', 'stopped']);
  t.is(queue.size, 0);
});
