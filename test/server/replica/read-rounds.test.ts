import test from 'ava';
import type { Raft } from '../../../server/raft/raft.ts';
import { ReadRounds } from '../../../server/replica/read-rounds.ts';

/** What rounds need of the core: whether it takes a request. */
function fakeRaft() {
  const state = { leads: true, asked: [] as number[] };
  const requestRead = (id: number): boolean => {
    state.asked.push(id);
    return state.leads;
  };
  return { state, raft: { requestRead } as unknown as Raft };
}

test('a read is over when it is confirmed and its index applied, in whichever order that happens', (t) => {
  const { raft } = fakeRaft();
  const rounds = new ReadRounds(raft);
  const [late, early] = [rounds.request(100), rounds.request(100)];
  rounds.confirmed({ id: late.id, index: 5 }, 4);
  rounds.confirmed({ id: early.id, index: 4 }, 4);
  t.deepEqual([late.done, early.done], [false, true]);
  rounds.applied(5);
  t.true(late.done);
});

test('every attempt has an id of its own (etcd-io/etcd#20418)', (t) => {
  const { state, raft } = fakeRaft();
  const rounds = new ReadRounds(raft);
  for (let i = 0; i < 5; i++) rounds.request(100);
  t.is(new Set(state.asked).size, 5);
});

test('what could not be asked for is asked for once there is a leader', (t) => {
  const { state, raft } = fakeRaft();
  const rounds = new ReadRounds(raft);
  state.leads = false;
  const round = rounds.request(100);
  state.leads = true;
  state.asked = [];
  rounds.retry();
  rounds.retry();
  t.deepEqual(state.asked, [round.id]);
});

test('who waits too long is told why: no confirmation, or an apply that lags', async (t) => {
  const { raft } = fakeRaft();
  const rounds = new ReadRounds(raft);
  const unconfirmed = rounds.request(100);
  const unapplied = rounds.request(100);
  const outcomes = [unconfirmed.promise(), unapplied.promise()];
  rounds.confirmed({ id: unapplied.id, index: 9 }, 3);
  rounds.expire(100);
  await t.throwsAsync(outcomes[0]!, { message: 'etcdserver: request timed out' });
  await t.throwsAsync(outcomes[1]!, {
    message: 'etcdserver: request timed out, waiting for the applied index took too long',
  });
  t.notThrows(() => rounds.confirmed({ id: unconfirmed.id, index: 1 }, 3));
});

test('reads that expired without a leader leave nothing behind, however many come', (t) => {
  const { state, raft } = fakeRaft();
  const rounds = new ReadRounds(raft);
  state.leads = false;
  for (let i = 0; i < 1000; i++) {
    rounds.request(i);
    rounds.expire(i);
  }
  t.is(rounds.size, 0);
});

test('too many reads at once are refused', (t) => {
  const { raft } = fakeRaft();
  const rounds = new ReadRounds(raft);
  for (let i = 0; i < 100_000; i++) rounds.request(100);
  t.throws(() => rounds.request(100), { message: 'etcdserver: too many requests' });
});
