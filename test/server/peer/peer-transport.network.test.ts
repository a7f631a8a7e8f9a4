// The transport on real sockets: loopback, ws, the peer port.

import { connect } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { silentLogger } from '../../../common/log.ts';
import { realClock } from '../../../common/runtime/real-clock.ts';
import { defaultPeerLimits } from '../../../server/peer/limits.ts';
import { openPeerPort, type PeerPort } from '../../../server/peer/peer-port.ts';
import { webSocketDial } from '../../../server/peer/web-socket.ts';
import type { Row } from '../../../server/storage/key-value-store.ts';
import { FaultProxy } from './fault-proxy.ts';
import { append1, heartbeat } from './peer-messages.ts';
import { TestMember, type TestMemberOptions } from './test-member.ts';

/** Quick enough for tests, slow enough for a loaded machine. */
const limits = { pingEveryMs: 100, silentPingsMax: 5, backOffFirstMs: 20, backOffMostMs: 200, stableMs: 200 };

interface Node {
  readonly member: TestMember;
  readonly port: PeerPort;
  readonly url: string;
  stop(): Promise<void>;
}

async function started(
  t: ExecutionContext,
  id: bigint,
  { listenPort = 0, ...change }: Partial<TestMemberOptions> & { listenPort?: number } = {},
): Promise<Node> {
  const clusterId = change.clusterId ?? 0xc1n;
  const member = new TestMember({
    id,
    clusterId,
    clock: realClock,
    dial: webSocketDial({ ...defaultPeerLimits, ...limits }),
    limits,
    ...change,
  });
  const port = await openPeerPort({
    addresses: [{ host: '127.0.0.1', port: listenPort }],
    clusterId,
    transport: member.transport,
    versions: () => ({}),
    members: () => [],
    log: silentLogger,
  });
  const stop = async (): Promise<void> => {
    member.transport.close();
    await port.close();
  };
  t.teardown(stop);
  return { member, port, url: `http://127.0.0.1:${port.addresses[0]!.port}`, stop };
}

function introduce(nodes: readonly Node[], membershipIndex = 1, removed: readonly bigint[] = []): void {
  const peers = new Map(nodes.map(({ member, url }) => [member.id, [url]]));
  for (const { member } of nodes) {
    member.transport.setPeers({ membershipIndex, peers, isRemoved: (id) => removed.includes(id) });
  }
}

async function until(what: string, condition: () => boolean, withinMs = 20_000): Promise<void> {
  const deadline = realClock.monotonicMs() + withinMs;
  while (!condition()) {
    if (realClock.monotonicMs() > deadline) throw new Error(`within ${withinMs} ms it did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function connected(nodes: readonly Node[]): boolean {
  return nodes.every(({ member }) =>
    nodes.every(
      (other) => other.member.id === member.id || member.transport.connectedSinceMs(other.member.id) !== undefined,
    ),
  );
}

test('three members exchange ten thousand messages; one is stopped and started again amid them', async (t) => {
  const nodes = [await started(t, 1n), await started(t, 2n), await started(t, 3n)];
  introduce(nodes);
  await until('all are connected', () => connected(nodes));
  const each = 10_000 / 6;
  const exchange = async (from: number): Promise<void> => {
    for (let round = from; round < from + each; round++) {
      for (const { member } of nodes) {
        for (const other of nodes)
          if (other.member !== member) member.transport.send(other.member.id, heartbeat(round));
      }
      if (round % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await exchange(0);
  const expected = Array.from({ length: Math.ceil(each) }, (_, round) => round);
  await until('all have arrived', () => nodes.every(({ member }) => member.received.length === 2 * expected.length));
  for (const { member } of nodes) {
    for (const other of nodes) if (other.member !== member) t.deepEqual(member.rounds(other.member.id), expected);
  }

  const [one, two, three] = nodes as [Node, Node, Node];
  await three.stop();
  await until('the loss is noticed', () => one.member.transport.connectedSinceMs(3n) === undefined);
  t.true(one.member.transport.send(2n, heartbeat(1)), 'the others go on');
  const again = await started(t, 3n, { seed: 33, listenPort: three.port.addresses[0]!.port });
  introduce([one, two, again]);
  await until('the third is back', () => connected([one, two, again]));
  await until('raft was told', () => one.member.unreachable.includes(3n));
  t.true(one.member.transport.send(3n, append1(1, Buffer.alloc(1000, 7))));
  await until('it hears again', () => again.member.received.length === 1);
  t.true((one.member.transport.roundTripMs(3n) ?? 0) > 0);
});

test('large messages cross in both directions at once, whole', async (t) => {
  const nodes = [await started(t, 1n), await started(t, 2n)];
  introduce(nodes);
  await until('connected', () => connected(nodes));
  const data = Buffer.alloc(3_000_000, 0x5a);
  const [one, two] = nodes as [Node, Node];
  for (let index = 1; index <= 5; index++) {
    t.true(one.member.transport.send(2n, append1(index, data)));
    t.true(two.member.transport.send(1n, append1(index, data)));
  }
  await until('arrived', () => nodes.every(({ member }) => member.received.length === 5));
  for (const { member } of nodes) {
    for (const { message } of member.received) {
      t.true(message.kind === 'append' && message.entries[0]!.data.equals(data));
    }
  }
});

test('foreign clusters and removed members are refused over HTTP, with a line on both sides', async (t) => {
  const one = await started(t, 1n);
  const foreign = await started(t, 2n, { clusterId: 0xbadn });
  const removed = await started(t, 3n);
  introduce([one, foreign]);
  removed.member.transport.setPeers({ membershipIndex: 1, peers: new Map([[1n, [one.url]]]), isRemoved: () => false });
  one.member.transport.setPeers({
    membershipIndex: 2,
    peers: new Map([[2n, [foreign.url]]]),
    isRemoved: (id) => id === 3n,
  });
  await until('the removed member knows', () => removed.member.removals === 1);
  await until('the foreign one was told', () => foreign.member.log.of('warn', 'no connection to peer').length > 0);
  t.regex(
    String(foreign.member.log.of('warn', 'no connection to peer')[0]!.fields.reason),
    /^refused \(clusterMismatch\): request cluster ID mismatch: bad came to c1$/,
  );
  const reasons = one.member.log.of('warn', 'refused a peer').map((line) => line.fields.reason);
  t.deepEqual([...reasons].sort(), ['clusterMismatch', 'memberRemoved']);
});

test('something else that answers at a peer URL is named as such', async (t) => {
  const one = await started(t, 1n);
  const other = await openPeerPort({
    addresses: [{ host: '127.0.0.1', port: 0 }],
    clusterId: 1n,
    transport: { admit: () => ({ kind: 'refused', status: 404, headers: {}, body: '404 page not found\n' }) },
    versions: () => ({}),
    members: () => [],
    log: silentLogger,
  });
  t.teardown(() => other.close());
  const url = `http://127.0.0.1:${other.addresses[0]!.port}`;
  one.member.transport.setPeers({ membershipIndex: 1, peers: new Map([[2n, [url]]]), isRemoved: () => false });
  await until('it is logged', () => one.member.log.of('warn', 'no connection to peer').length > 0);
  t.is(
    one.member.log.of('warn', 'no connection to peer')[0]!.fields.reason,
    'refused (notAMember): HTTP status 404 from something that is no member of ours',
  );
});

test('a half-open peer is found by pings and connected again when the path is back', async (t) => {
  const one = await started(t, 1n);
  const two = await started(t, 2n);
  const proxy = await FaultProxy.to(two.port.addresses[0]!.port);
  t.teardown(() => proxy.close());
  two.member.transport.setPeers({ membershipIndex: 1, peers: new Map([[1n, [one.url]]]), isRemoved: () => false });
  one.member.transport.setPeers({ membershipIndex: 1, peers: new Map([[2n, [proxy.url]]]), isRemoved: () => false });
  await until('connected', () => connected([one, two]));
  proxy.freeze();
  const startedMs = realClock.monotonicMs();
  await until('noticed', () => one.member.transport.connectedSinceMs(2n) === undefined);
  t.true(realClock.monotonicMs() - startedMs >= 400, 'not before the pings had their chance');
  await until('raft is told', () => one.member.unreachable.includes(2n));
  await until('the other side noticed too', () => two.member.transport.connectedSinceMs(1n) === undefined);
  proxy.thaw();
  await until('connected again', () => connected([one, two]));
  t.true(one.member.transport.send(2n, heartbeat(1)));
  await until('heard', () => two.member.received.length === 1);
});

test('a peer that stops reading costs the sender a bounded amount of memory', async (t) => {
  const bounds = { ...limits, silentPingsMax: 100, queueBytesMax: 4_000_000, socketBytesMax: 1_000_000 };
  const one = await started(t, 1n, { limits: bounds });
  const two = await started(t, 2n, { limits: bounds });
  const proxy = await FaultProxy.to(two.port.addresses[0]!.port);
  t.teardown(() => proxy.close());
  one.member.transport.setPeers({ membershipIndex: 1, peers: new Map([[2n, [proxy.url]]]), isRemoved: () => false });
  two.member.transport.setPeers({ membershipIndex: 1, peers: new Map([[1n, [one.url]]]), isRemoved: () => false });
  await until('connected', () => connected([one, two]));
  proxy.stopReading();
  const data = Buffer.alloc(100_000);
  let queuedMost = 0;
  for (let index = 1; index <= 2_000; index++) {
    one.member.transport.send(2n, append1(index, data));
    queuedMost = Math.max(queuedMost, one.member.transport.status()[0]!.queuedBytes);
    if (index % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  t.true(queuedMost > 3_000_000 && queuedMost < 6_000_000, `${queuedMost} bytes queued of 200 MB offered`);
  t.true(one.member.transport.status()[0]!.droppedMessages > 1_000);
  t.true(one.member.unreachable.length > 0);
});

test('a snapshot of twenty megabytes crosses while messages go on', async (t) => {
  const one = await started(t, 1n);
  const two = await started(t, 2n);
  introduce([one, two]);
  await until('connected', () => connected([one, two]));
  async function* chunks(): AsyncGenerator<Row[]> {
    for (let i = 0; i < 200; i++) {
      yield Array.from({ length: 100 }, (_, j) => ({ key: Buffer.from(`${i}/${j}`), value: Buffer.alloc(1000, i) }));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  let over = false;
  const transfer = one.member.transport.sendSnapshot(2n, {
    header: {
      term: 1,
      position: { index: 9, term: 1 },
      voters: [1n, 2n],
      learners: [],
      rowsEstimate: 20_000,
      details: Buffer.alloc(0),
    },
    chunks: chunks(),
  });
  const done = transfer.done.finally(() => {
    over = true;
  });
  let beats = 0;
  await until('the snapshot is there', () => {
    one.member.transport.send(2n, heartbeat(++beats));
    return over;
  });
  t.is((await done).rows, 20_000);
  const sink = two.member.sinks[0]!;
  t.true(sink.finished);
  t.is(sink.rows.length, 20_000);
  t.true(sink.rows.every(({ value }, i) => value.length === 1000 && value[0] === Math.floor(i / 100)));
  await until('the messages too', () => two.member.received.length === beats);
});

test('a snapshot whose receiver dies fails', async (t) => {
  const one = await started(t, 1n);
  const two = await started(t, 2n);
  introduce([one, two]);
  async function* endless(): AsyncGenerator<Row[]> {
    for (;;) {
      yield [{ key: Buffer.from('k'), value: Buffer.alloc(10_000) }];
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const transfer = one.member.transport.sendSnapshot(2n, {
    header: {
      term: 1,
      position: { index: 9, term: 1 },
      voters: [],
      learners: [],
      rowsEstimate: 0,
      details: Buffer.alloc(0),
    },
    chunks: endless(),
  });
  await until('rows arrive', () => (two.member.sinks[0]?.rows.length ?? 0) > 10);
  await two.stop();
  await t.throwsAsync(transfer.done, { name: 'SnapshotTransferFailed', message: /^the receiver closed the transfer/ });
  await until('the sink is told', () => two.member.sinks[0]!.aborted !== undefined);
});

test('a frame over the largest size ends the connection of whoever sent it', async (t) => {
  const one = await started(t, 1n);
  one.member.transport.setPeers({
    membershipIndex: 1,
    peers: new Map([[2n, ['http://127.0.0.1:1']]]),
    isRemoved: () => false,
  });
  const socket = connect(one.port.addresses[0]!.port, '127.0.0.1');
  t.teardown(() => socket.destroy());
  const lines = [
    'GET /rollcall/peer HTTP/1.1',
    'Host: x',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`,
    'X-Etcd-Cluster-ID: c1',
    'X-Server-From: 2',
    'X-Raft-To: 1',
    'X-Server-Version: 0.1.0',
    'X-PeerURLs: ',
    'X-Rollcall-Name: two',
    'X-Rollcall-Incarnation: 5',
    'X-Rollcall-Protocol: 1',
    'X-Rollcall-Membership-Index: 0',
    'X-Rollcall-Log-Index: 0',
  ];
  let answer = '';
  let closed = false;
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  socket.on('close', () => {
    closed = true;
  });
  socket.on('error', () => {});
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await until('upgraded', () => answer.includes('\r\n\r\n'));
  t.regex(answer, /^HTTP\/1.1 101 /);
  t.regex(answer, /\r\nx-server-from: 1\r\n/);
  // A binary frame that announces a tebibyte.
  socket.write(Buffer.from([0x82, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
  await until('closed', () => closed);
  await until('logged', () => one.member.log.of('info', 'the connection from a peer has ended').length === 1);
  t.regex(
    String(one.member.log.of('info', 'the connection from a peer has ended')[0]!.fields.reason),
    /payload size|code 1009/i,
  );
});
