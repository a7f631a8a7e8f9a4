import test from 'ava';
import { hexId } from '../../../server/peer/handshake.ts';
import { closeCode, messagesPath } from '../../../server/peer/peer-socket.ts';
import type { PeerSet } from '../../../server/peer/transport-options.ts';
import { SimulatedClock } from '../../harness/simulated-clock.ts';
import { MemoryNetwork } from './memory-network.ts';
import { append1, heartbeat } from './peer-messages.ts';
import { TestMember, type TestMemberOptions } from './test-member.ts';

const url = (id: bigint): string => `http://m${id}:2380`;

/** Members 1 … n in one memory; `set` is what they all know of each other. */
class Cluster {
  readonly clock = new SimulatedClock();
  readonly network = new MemoryNetwork(this.clock);
  readonly members = new Map<bigint, TestMember>();

  start(id: bigint, options: Partial<TestMemberOptions> = {}): TestMember {
    const member = new TestMember({
      id,
      clock: this.clock,
      dial: this.network.dialFrom(url(id)),
      peerUrls: [url(id)],
      ...options,
    });
    this.members.set(id, member);
    this.network.listeners.set(url(id), member.transport);
    return member;
  }

  set(ids: readonly bigint[], membershipIndex = 1, removed: readonly bigint[] = []): PeerSet {
    return {
      membershipIndex,
      peers: new Map(ids.map((id) => [id, [url(id)]])),
      isRemoved: (id) => removed.includes(id),
    };
  }

  /** Two members that are connected both ways. */
  static async ofTwo(
    options: Partial<TestMemberOptions> = {},
  ): Promise<{ cluster: Cluster; one: TestMember; two: TestMember }> {
    const cluster = new Cluster();
    const one = cluster.start(1n, options);
    const two = cluster.start(2n, options);
    for (const member of [one, two]) member.transport.setPeers(cluster.set([1n, 2n]));
    await cluster.clock.runFor(200);
    return { cluster, one, two };
  }
}

test('members connect both ways and what is sent arrives with its sender, in order', async (t) => {
  const { cluster, one, two } = await Cluster.ofTwo();
  for (let round = 1; round <= 3; round++) t.true(one.transport.send(2n, heartbeat(round)));
  t.true(two.transport.send(1n, heartbeat(9)));
  await cluster.clock.runFor(10);
  t.deepEqual(two.rounds(1n), [1, 2, 3]);
  t.deepEqual(one.rounds(2n), [9]);
});

test('everything of one turn travels in one frame, and nothing leaves before the turn ends', async (t) => {
  const { cluster, one, two } = await Cluster.ofTwo();
  let frames = 0;
  cluster.network.tamper = (frame) => {
    frames++;
    return frame;
  };
  for (let round = 0; round < 50; round++) one.transport.send(2n, heartbeat(round));
  t.is(frames, 0);
  await cluster.clock.runFor(10);
  t.is(frames, 1);
  t.is(two.received.length, 50);
});

test('a driver that is done may flush before the turn ends', async (t) => {
  const { cluster, one, two } = await Cluster.ofTwo();
  one.transport.send(2n, heartbeat(1));
  one.transport.flush();
  one.transport.send(2n, heartbeat(2));
  await cluster.clock.runFor(10);
  t.deepEqual(two.rounds(), [1, 2]);
});

test('a small message overtakes the log that waits before it', async (t) => {
  const { cluster, one, two } = await Cluster.ofTwo({ limits: { socketBytesMax: 1, frameBytes: 100 } });
  for (let index = 1; index <= 3; index++) one.transport.send(2n, append1(index, Buffer.alloc(200)));
  one.transport.flush();
  one.transport.send(2n, heartbeat(1));
  await cluster.clock.runFor(20);
  t.deepEqual(
    two.received.map(({ message }) => message.kind),
    ['append', 'heartbeat', 'append', 'append'],
  );
});

test('a message to a stranger or over no connection is dropped at once, and says so', async (t) => {
  const cluster = new Cluster();
  const one = cluster.start(1n);
  one.transport.setPeers(cluster.set([1n, 2n]));
  t.false(one.transport.send(7n, heartbeat(1)));
  t.false(one.transport.send(2n, heartbeat(1)));
  t.false(one.transport.send(2n, heartbeat(2)));
  t.deepEqual(one.unreachable, [], 'never from within a send');
  await cluster.clock.settle();
  t.deepEqual(one.unreachable, [2n], 'once a turn');
  t.is(one.transport.status()[0]!.droppedMessages, 2);
});

test('a peer that does not read costs a bounded queue; drops are counted and raft is told', async (t) => {
  const { cluster, one, two } = await Cluster.ofTwo({ limits: { socketBytesMax: 10_000, queueBytesMax: 50_000 } });
  for (const end of cluster.network.endsOf(url(2n))) end.hold();
  let dropped = 0;
  for (let index = 1; index <= 1000; index++) {
    if (!one.transport.send(2n, append1(index, Buffer.alloc(1000)))) dropped++;
    if (index % 10 === 0) await cluster.clock.settle();
    t.true(one.transport.status()[0]!.queuedBytes < 70_000);
  }
  t.true(dropped > 900);
  t.is(one.transport.status()[0]!.droppedMessages, dropped);
  t.true(one.unreachable.length > 50 && one.unreachable.length <= 100);
  for (const end of cluster.network.endsOf(url(2n))) end.release();
  await cluster.clock.runFor(100);
  t.is(two.received.length, 1000 - dropped);
  t.is(one.transport.status()[0]!.queuedBytes, 0);
});

test('a message over the largest size is not sent but logged', async (t) => {
  const { one } = await Cluster.ofTwo({ limits: { messageBytesMax: 1000 } });
  t.false(one.transport.send(2n, append1(1, Buffer.alloc(2000))));
  t.is(one.log.of('error', 'a message to a peer is too large and is not sent').length, 1);
});

test('a peer that stays away is dialled with growing waits and logged once', async (t) => {
  const cluster = new Cluster();
  const one = cluster.start(1n);
  one.transport.setPeers(cluster.set([1n, 2n]));
  await cluster.clock.runFor(1_000);
  const firstSecond = cluster.network.dialled.length;
  await cluster.clock.runFor(60_000);
  const perMinute = cluster.network.dialled.length - firstSecond;
  t.true(firstSecond >= 4 && firstSecond <= 6, `${firstSecond} dials`);
  t.true(perMinute >= 12 && perMinute <= 26, `${perMinute} dials`);
  t.is(one.log.of('warn', 'no connection to peer').length, 1);
});

test('all URLs of a peer are tried, one after the other', async (t) => {
  const cluster = new Cluster();
  const one = cluster.start(1n);
  cluster.start(2n);
  const urls = ['http://wrong-a:1', 'http://wrong-b:1', url(2n)];
  one.transport.setPeers({ ...cluster.set([1n]), peers: new Map([[2n, urls]]) });
  await cluster.clock.runUntil(() => one.transport.send(2n, heartbeat(1)), 1_000);
  t.deepEqual(
    cluster.network.dialled.filter((dial) => dial.from === url(1n)).map((dial) => dial.url),
    urls,
  );
});

test('a restarted peer is connected again within a moment, because it dials us', async (t) => {
  const { cluster, one } = await Cluster.ofTwo();
  cluster.network.kill(url(2n));
  await cluster.clock.runFor(120_000);
  t.is(one.transport.connectedSinceMs(2n), undefined);
  t.true(one.unreachable.includes(2n));
  const again = cluster.start(2n, { seed: 99 });
  again.transport.setPeers(cluster.set([1n, 2n]));
  await cluster.clock.runFor(20);
  t.not(one.transport.connectedSinceMs(2n), undefined);
  t.true(one.transport.send(2n, heartbeat(5)));
  await cluster.clock.runFor(5);
  t.deepEqual(again.rounds(), [5]);
});

test('connected counts from when both directions were up', async (t) => {
  const { cluster, one } = await Cluster.ofTwo();
  const sinceMs = one.transport.connectedSinceMs(2n)!;
  t.true(sinceMs >= 1_000 && sinceMs <= 1_200);
  await cluster.clock.runFor(5_000);
  t.is(one.transport.connectedSinceMs(2n), sinceMs);
  t.is(one.transport.connectedSinceMs(3n), undefined);
});

test('the time of a round is measured at once and while the link lasts', async (t) => {
  const { one } = await Cluster.ofTwo();
  t.is(one.transport.roundTripMs(2n), 2);
  t.is(one.transport.roundTripMs(3n), undefined);
});

test('a peer that goes silent without closing is given up by both sides', async (t) => {
  const { cluster, one, two } = await Cluster.ofTwo();
  cluster.network.swallow = () => true;
  await cluster.clock.runFor(4_000);
  t.not(one.transport.connectedSinceMs(2n), undefined);
  await cluster.clock.runFor(4_000);
  t.is(one.transport.connectedSinceMs(2n), undefined);
  t.true(one.unreachable.includes(2n));
  const lost = one.log.of('warn', 'no connection to peer')[0]!;
  t.regex(String(lost.fields.reason), /^lost: no answer to 5 pings in 5000 ms$/);
  t.true(
    two.log
      .of('info', 'the connection from a peer has ended')
      .some((line) => /nothing heard/.test(String(line.fields.reason))),
  );
  cluster.network.swallow = () => false;
  await cluster.clock.runFor(10_000);
  t.not(one.transport.connectedSinceMs(2n), undefined);
  t.not(two.transport.connectedSinceMs(1n), undefined);
});

test('a cut in one direction ends the connection of that direction, and the member does not count as connected', async (t) => {
  const { cluster, one, two } = await Cluster.ofTwo();
  cluster.network.swallow = (from) => from === url(1n);
  await cluster.clock.runFor(10_000);
  t.is(one.transport.connectedSinceMs(2n), undefined);
  t.is(two.transport.connectedSinceMs(1n), undefined);
});

test('a silent dial is given up and tried again', async (t) => {
  const cluster = new Cluster();
  const one = cluster.start(1n);
  cluster.start(2n);
  cluster.network.swallow = () => true;
  one.transport.setPeers(cluster.set([1n, 2n]));
  await cluster.clock.runFor(3_050);
  t.regex(String(one.log.of('warn', 'no connection to peer')[0]!.fields.reason), /^no answer within 3000 ms$/);
  await cluster.clock.runFor(10_000);
  t.true(cluster.network.dialled.length >= 3);
});

test('a foreign cluster is refused with a log line on both sides', async (t) => {
  const cluster = new Cluster();
  const one = cluster.start(1n);
  const two = cluster.start(2n, { clusterId: 0xbadn });
  for (const member of [one, two]) member.transport.setPeers(cluster.set([1n, 2n]));
  await cluster.clock.runFor(60_000);
  const refused = one.log.of('warn', 'refused a peer');
  t.is(refused.length, 1, 'once, however often it comes back');
  t.is(refused[0]!.fields.reason, 'clusterMismatch');
  t.is(refused[0]!.fields.detail, 'request cluster ID mismatch: bad came to c1');
  t.is(refused[0]!.fields.peer, '2');
  const told = two.log.of('warn', 'no connection to peer')[0]!;
  t.is(told.fields.reason, 'refused (clusterMismatch): request cluster ID mismatch: bad came to c1');
  t.is(two.removals, 0);
  t.true(one.transport.refusedConnections > 3);
});

test('another protocol version is refused by both', async (t) => {
  const cluster = new Cluster();
  const one = cluster.start(1n);
  const two = cluster.start(2n, { protocol: { min: 2, max: 3 } });
  for (const member of [one, two]) member.transport.setPeers(cluster.set([1n, 2n]));
  await cluster.clock.runFor(1_000);
  for (const member of [one, two]) {
    t.regex(
      String(member.log.of('warn', 'no connection to peer')[0]!.fields.reason),
      /^refused \(incompatibleVersion\)/,
    );
    t.is(member.log.of('warn', 'refused a peer')[0]!.fields.reason, 'incompatibleVersion');
  }
});

test('a member that answers under another’s URL is not taken for it', async (t) => {
  const cluster = new Cluster();
  const one = cluster.start(1n);
  const three = cluster.start(3n);
  one.transport.setPeers({ ...cluster.set([1n]), peers: new Map([[2n, [url(3n)]]]) });
  three.transport.setPeers(cluster.set([1n, 3n]));
  await cluster.clock.runFor(100);
  t.false(one.transport.send(2n, heartbeat(1)));
  t.regex(
    String(one.log.of('warn', 'no connection to peer')[0]!.fields.reason),
    /the request is for member 2, this is 3/,
  );
  t.is(three.log.of('warn', 'refused a peer')[0]!.fields.reason, 'wrongReceiver');
});

test('a stranger is refused; what it does not know better it cannot say', async (t) => {
  const cluster = new Cluster();
  const one = cluster.start(1n);
  const five = cluster.start(5n);
  one.transport.setPeers(cluster.set([1n, 2n], 7));
  five.transport.setPeers(cluster.set([1n, 5n], 7));
  await cluster.clock.runFor(1_000);
  t.is(one.log.of('warn', 'refused a peer')[0]!.fields.reason, 'memberUnknown');
  t.false(five.transport.send(1n, heartbeat(1)));
});

test('a member that was away hears the newcomers that know more than it, and answers them', async (t) => {
  const cluster = new Cluster();
  const one = cluster.start(1n);
  const five = cluster.start(5n);
  one.transport.setPeers(cluster.set([1n, 2n], 7));
  five.transport.setPeers(cluster.set([1n, 5n], 20));
  await cluster.clock.runFor(1_000);
  t.true(five.transport.send(1n, heartbeat(1)));
  await cluster.clock.runFor(10);
  t.deepEqual(one.rounds(5n), [1]);
  t.true(one.transport.send(5n, heartbeat(2)), 'at the URL that the guest named');
  await cluster.clock.runFor(10);
  t.deepEqual(five.rounds(1n), [2]);
  one.transport.setPeers(cluster.set([1n, 5n], 20));
  t.true(one.transport.send(5n, heartbeat(3)), 'the same link goes on');
  one.transport.setPeers(cluster.set([1n, 2n], 30));
  t.false(one.transport.send(5n, heartbeat(4)), 'until the membership says otherwise');
});

test('guests are bounded, and their links end with them', async (t) => {
  const cluster = new Cluster();
  const one = cluster.start(1n, { limits: { guestsMax: 2 } });
  one.transport.setPeers(cluster.set([1n], 1));
  for (const id of [5n, 6n, 7n]) cluster.start(id).transport.setPeers(cluster.set([1n, id], 9));
  await cluster.clock.runFor(500);
  t.is(one.log.of('warn', 'refused a peer')[0]!.fields.reason, 'busy');
  t.is(one.transport.status().length, 2);
  for (const { member } of one.transport.status()) cluster.network.kill(url(member));
  await cluster.clock.runFor(30_000);
  t.deepEqual(
    one.transport.status().map(({ member }) => hexId(member)),
    ['7'],
  );
});

test('a removed member is told on its open connection, and again when it comes back', async (t) => {
  const { cluster, one, two } = await Cluster.ofTwo();
  one.transport.send(2n, heartbeat(1));
  one.transport.setPeers(cluster.set([1n], 2, [2n]));
  await cluster.clock.runFor(100);
  t.deepEqual(two.rounds(), [1], 'what was said before the removal still goes out');
  t.is(two.removals, 1);
  t.false(one.transport.send(2n, heartbeat(2)));
  await cluster.clock.runFor(60_000);
  t.is(two.removals, 1, 'once');
  t.is(one.log.of('warn', 'refused a peer')[0]!.fields.reason, 'memberRemoved');
  const line = two.log.of('error', 'a peer says that the member has been permanently removed from the cluster');
  t.is(line.length, 1);

  const back = cluster.start(2n, { seed: 5 });
  back.transport.setPeers(cluster.set([1n, 2n]));
  await cluster.clock.runFor(1_000);
  t.is(back.removals, 1);
});

test('the node’s own objection refuses a member with its sentence', async (t) => {
  const cluster = new Cluster();
  const objection = 'member 2 had acknowledged entry 40 and now has 3';
  const one = cluster.start(1n, { handlers: { objection: ({ logIndex }) => (logIndex < 40 ? objection : undefined) } });
  const two = cluster.start(2n, { logIndex: 3 });
  for (const member of [one, two]) member.transport.setPeers(cluster.set([1n, 2n]));
  await cluster.clock.runFor(1_000);
  t.is(one.log.of('warn', 'refused a peer')[0]!.fields.detail, objection);
  t.is(two.log.of('warn', 'no connection to peer')[0]!.fields.reason, `refused (objection): ${objection}`);
});

test('of two processes with one identity the newest is heard; both it and the log say so', async (t) => {
  const { cluster, one, two } = await Cluster.ofTwo();
  const double = cluster.start(2n, { seed: 4242 });
  double.transport.setPeers(cluster.set([1n, 2n]));
  await cluster.clock.runFor(50);
  const line = one.log.of(
    'warn',
    'another process with the same identity has connected; the older connection is closed',
  );
  t.is(line.length, 1);
  t.true(
    two.log.of('warn', 'no connection to peer').some((l) => /a newer connection claims/.test(String(l.fields.reason))),
  );
  t.true(double.transport.send(1n, heartbeat(7)));
  await cluster.clock.runFor(5);
  t.deepEqual(one.rounds(), [7]);
  await cluster.clock.runFor(60_000);
  const fights = one.log.of('warn', line[0]!.message).length;
  t.true(fights < 30, `${fights} take-overs in a minute: they wait for each other`);
});

test('malformed bytes end the connection, are logged, and nothing of them goes up', async (t) => {
  const { cluster, one, two } = await Cluster.ofTwo();
  cluster.network.tamper = (frame, path) => {
    if (path === messagesPath) frame[frame.length - 1]! ^= 1;
    return frame;
  };
  one.transport.send(2n, heartbeat(1));
  await cluster.clock.runFor(10);
  t.is(two.received.length, 0);
  t.regex(String(two.log.of('error', 'a peer sent malformed bytes')[0]!.fields.error), /^peer frame: checksum/);
  cluster.network.tamper = (frame) => frame;
  await cluster.clock.runFor(1_000);
  t.true(one.transport.send(2n, heartbeat(2)));
  await cluster.clock.runFor(10);
  t.deepEqual(two.rounds(), [2]);
});

test('changed peer URLs move the connection; unchanged ones leave it alone', async (t) => {
  const { cluster, one, two } = await Cluster.ofTwo();
  const dials = cluster.network.dialled.length;
  one.transport.setPeers(cluster.set([1n, 2n], 5));
  await cluster.clock.runFor(100);
  t.is(cluster.network.dialled.length, dials);
  cluster.network.listeners.set('http://moved:2380', two.transport);
  one.transport.setPeers({ ...cluster.set([1n]), peers: new Map([[2n, ['http://moved:2380']]]) });
  await cluster.clock.runFor(100);
  t.is(cluster.network.dialled.at(-1)!.url, 'http://moved:2380');
  t.true(one.transport.send(2n, heartbeat(1)));
  await cluster.clock.runFor(10);
  t.deepEqual(two.rounds(), [1]);
});

test('a closed transport says goodbye, leaves no timer and takes nothing more', async (t) => {
  const { cluster, one, two } = await Cluster.ofTwo();
  one.transport.send(2n, heartbeat(1));
  one.transport.close();
  t.false(one.transport.send(2n, heartbeat(2)));
  await cluster.clock.runFor(100);
  t.deepEqual(two.rounds(), [1]);
  t.regex(String(two.log.of('warn', 'no connection to peer')[0]!.fields.reason), /the member is stopping/);
  two.transport.close();
  await cluster.clock.runFor(100);
  t.is(cluster.clock.pendingTimers, 0);
  const [, far] = cluster.network.pair('x', 'y');
  t.is(far.isClosed, false);
  t.is(closeCode.goingAway, 1001);
});
