import { crc32 } from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import { WireError } from '../../../common/wire/protobuf/codec.ts';
import type { PeerLimits } from '../../../server/peer/limits.ts';
import { snapshotPath } from '../../../server/peer/peer-socket.ts';
import { decodeSnapshotFrame, encodeSnapshotFrame, type SnapshotHeader } from '../../../server/peer/snapshot-codec.ts';
import type { SnapshotSource, SnapshotTransfer } from '../../../server/peer/snapshot-sender.ts';
import { SnapshotTransferFailed } from '../../../server/peer/snapshot-stream.ts';
import type { Row } from '../../../server/storage/key-value-store.ts';
import { SimulatedClock } from '../../harness/simulated-clock.ts';
import { MemoryNetwork } from './memory-network.ts';
import { TestMember, TestSink } from './test-member.ts';

const url = (id: bigint): string => `http://m${id}:2380`;

const header: SnapshotHeader = {
  term: 5,
  position: { index: 1000, term: 4 },
  voters: [1n, 2n, 2n ** 63n],
  learners: [3n],
  rowsEstimate: 100,
  details: Buffer.from('more'),
};

function rowsOf(count: number, valueBytes = 100): Row[] {
  return Array.from({ length: count }, (_, i) => ({
    key: Buffer.from(`key-${i}`),
    value: Buffer.alloc(valueBytes, i),
  }));
}

async function* chunksOf(rows: readonly Row[], size: number): AsyncGenerator<Row[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}

class Pair {
  readonly clock = new SimulatedClock();
  readonly network = new MemoryNetwork(this.clock);
  readonly sender: TestMember;
  readonly receiver: TestMember;
  readonly third: TestMember;

  constructor(limits: Partial<PeerLimits> = {}, gate?: Promise<void>) {
    const start = (id: bigint): TestMember => {
      const handlers =
        gate === undefined
          ? {}
          : {
              handlers: {
                snapshot: async (from: bigint, head: SnapshotHeader) => {
                  const sink = new TestSink(from, head);
                  sink.gate = gate;
                  member.sinks.push(sink);
                  return sink;
                },
              },
            };
      const member = new TestMember({
        id,
        clock: this.clock,
        dial: this.network.dialFrom(url(id)),
        limits,
        ...handlers,
      });
      this.network.listeners.set(url(id), member.transport);
      return member;
    };
    this.sender = start(1n);
    this.receiver = start(2n);
    this.third = start(3n);
    const peers = new Map([1n, 2n, 3n].map((id) => [id, [url(id)]]));
    for (const member of [this.sender, this.receiver, this.third]) {
      member.transport.setPeers({ membershipIndex: 1, peers, isRemoved: () => false });
    }
  }

  send(rows: readonly Row[], change: Partial<SnapshotSource> = {}): SnapshotTransfer {
    return this.sender.transport.sendSnapshot(2n, { header, chunks: chunksOf(rows, 7), ...change });
  }

  async failure(transfer: SnapshotTransfer): Promise<string> {
    const error = await this.clock.outcome(
      transfer.done.then(
        () => new Error('it arrived'),
        (reason: unknown) => reason,
      ),
      900_000,
    );
    if (!(error instanceof SnapshotTransferFailed)) throw error;
    await this.clock.runFor(10);
    return error.message;
  }
}

test('a snapshot arrives row by row with its header, and both sides hear of its end', async (t) => {
  const pair = new Pair();
  const rows = rowsOf(100);
  const totals = await pair.clock.outcome(pair.send(rows).done);
  const sink = pair.receiver.sinks[0]!;
  t.deepEqual(sink.header, header);
  t.is(sink.from, 1n);
  t.deepEqual(sink.rows, rows);
  t.true(sink.finished);
  t.is(sink.aborted, undefined);
  t.deepEqual(totals, { rows: 100, bytes: rows.reduce((sum, row) => sum + row.key.length + row.value.length, 0) });
  await pair.clock.runFor(100);
  t.true(pair.network.endsOf(url(2n)).every((end) => end.remote !== snapshotPath));
});

test('an empty snapshot is one too', async (t) => {
  const pair = new Pair();
  await pair.clock.outcome(pair.send([]).done);
  t.true(pair.receiver.sinks[0]!.finished);
  t.deepEqual(pair.receiver.sinks[0]!.rows, []);
});

test('rows of any sizes in chunks of any length arrive as they were', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(3000), { maxLength: 40 }),
      fc.integer({ min: 1, max: 10 }),
      async (sizes, chunk) => {
        const pair = new Pair({ snapshotFrameBytes: 1000, socketBytesMax: 2000, snapshotWaitingBytesMax: 3000 });
        const rows = sizes.map((size, i) => ({ key: Buffer.from([i]), value: Buffer.alloc(size, i) }));
        await pair.clock.outcome(pair.send([], { chunks: chunksOf(rows, chunk) }).done);
        t.deepEqual(pair.receiver.sinks[0]!.rows, rows);
      },
    ),
    { numRuns: 30 },
  );
});

test('a slow store holds the sender back: neither side gathers more than its bound', async (t) => {
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const limits = { snapshotFrameBytes: 10_000, socketBytesMax: 50_000, snapshotWaitingBytesMax: 100_000 };
  const pair = new Pair(limits, gate);
  let read = 0;
  async function* endless(): AsyncGenerator<Row[]> {
    for (const row of rowsOf(1000, 10_000)) {
      read++;
      yield [row];
    }
  }
  const transfer = pair.send([], { chunks: endless() });
  await pair.clock.runFor(60_000);
  t.true(read > 5 && read < 30, `${read} rows read while the store stood still for a minute`);
  open();
  t.is((await pair.clock.outcome(transfer.done)).rows, 1000);
  t.is(pair.receiver.sinks[0]!.rows.length, 1000);
});

test('progress is what the receiver has taken', async (t) => {
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const pair = new Pair({}, gate);
  const seen: number[] = [];
  const transfer = pair.send(rowsOf(10), { onProgress: ({ rows }) => seen.push(rows) });
  await pair.clock.runFor(3_500);
  t.deepEqual(seen, [7, 7, 7]);
  open();
  await pair.clock.outcome(transfer.done);
});

test('a damaged frame fails the transfer on both sides', async (t) => {
  const pair = new Pair();
  let frames = 0;
  pair.network.tamper = (frame, path) => {
    if (path === snapshotPath && ++frames === 4) frame[20]! ^= 1;
    return frame;
  };
  t.regex(await pair.failure(pair.send(rowsOf(100))), /^the receiver closed the transfer: snapshot frame: checksum/);
  t.regex(pair.receiver.sinks[0]!.aborted!.message, /^snapshot frame: checksum/);
  t.false(pair.receiver.sinks[0]!.finished);
});

test('a frame that was replaced by another valid one is found at the end', async (t) => {
  const pair = new Pair();
  let frames = 0;
  let kept: Buffer | undefined;
  pair.network.tamper = (frame, path) => {
    if (path !== snapshotPath) return frame;
    frames++;
    if (frames === 3) kept = frame;
    return frames === 4 ? kept! : frame;
  };
  const rows = rowsOf(28).map((row) => ({ key: Buffer.alloc(5, row.value[0]), value: row.value }));
  t.regex(await pair.failure(pair.send(rows)), /the checksum or the count is wrong/);
  t.false(pair.receiver.sinks[0]!.finished);
});

test('a source that fails aborts the receiver', async (t) => {
  const pair = new Pair();
  async function* broken(): AsyncGenerator<Row[]> {
    yield rowsOf(3);
    throw new Error('disk gone');
  }
  t.is(await pair.failure(pair.send([], { chunks: broken() })), 'disk gone');
  await pair.clock.runFor(100);
  t.regex(pair.receiver.sinks[0]!.aborted!.message, /^the sender closed the transfer/);
});

test('a store that fails tells the sender why', async (t) => {
  const pair = new Pair({}, Promise.reject(new Error('no space left')));
  t.is(await pair.failure(pair.send(rowsOf(30))), 'the receiver closed the transfer: no space left');
  t.is(pair.receiver.sinks[0]!.aborted!.message, 'no space left');
});

test('a receiver that does not want the snapshot refuses it with its words', async (t) => {
  const pair = new Pair();
  const four = new TestMember({
    id: 4n,
    clock: pair.clock,
    dial: pair.network.dialFrom(url(4n)),
    handlers: { snapshot: () => Promise.reject(new Error('older than what is committed here')) },
  });
  pair.network.listeners.set(url(4n), four.transport);
  const peers = new Map([
    [1n, [url(1n)]],
    [4n, [url(4n)]],
  ]);
  for (const member of [pair.sender, four]) {
    member.transport.setPeers({ membershipIndex: 2, peers, isRemoved: () => false });
  }
  const transfer = pair.sender.transport.sendSnapshot(4n, { header, chunks: chunksOf(rowsOf(5), 5) });
  t.is(await pair.failure(transfer), 'the receiver closed the transfer: older than what is committed here');
});

test('the sender may abort at any time; its source is released and the sink aborted', async (t) => {
  const pair = new Pair();
  let released = false;
  async function* slow(): AsyncGenerator<Row[]> {
    try {
      for (;;) {
        yield rowsOf(1);
        await new Promise<void>((resolve) => pair.clock.after(100, resolve));
      }
    } finally {
      released = true;
    }
  }
  const transfer = pair.send([], { chunks: slow() });
  await pair.clock.runFor(1_050);
  transfer.abort('leadership was lost');
  t.is(await pair.failure(transfer), 'leadership was lost');
  await pair.clock.runFor(200);
  t.true(released);
  t.is(pair.receiver.sinks[0]!.aborted!.message, 'the sender closed the transfer: leadership was lost');
});

test('a slow source does not look like a dead sender', async (t) => {
  const pair = new Pair();
  async function* slow(): AsyncGenerator<Row[]> {
    await new Promise<void>((resolve) => pair.clock.after(30_000, resolve));
    yield rowsOf(2);
  }
  t.is((await pair.clock.outcome(pair.send([], { chunks: slow() }).done)).rows, 2);
});

test('a connection that goes silent fails on both sides', async (t) => {
  const pair = new Pair();
  async function* stuck(): AsyncGenerator<Row[]> {
    yield rowsOf(2);
    await new Promise<void>((resolve) => pair.clock.after(60_000, resolve));
  }
  const transfer = pair.send([], { chunks: stuck() });
  await pair.clock.runFor(500);
  pair.network.swallow = () => true;
  t.is(await pair.failure(transfer), 'the receiver was silent for 6000 ms');
  await pair.clock.runFor(3_000);
  t.is(pair.receiver.sinks[0]!.aborted!.message, 'the sender was silent for 7000 ms');
});

test('a store that never answers fails within its bound', async (t) => {
  const pair = new Pair({ snapshotStepMs: 20_000 }, new Promise(() => {}));
  t.is(
    await pair.failure(pair.send(rowsOf(3))),
    'the receiver closed the transfer: the store took longer than 20000 ms',
  );
});

test('a snapshot beyond the largest size is given up', async (t) => {
  const pair = new Pair({ snapshotBytesMax: 5_000 });
  t.is(await pair.failure(pair.send(rowsOf(100))), 'the snapshot has more than 5000 bytes');
  t.not(pair.receiver.sinks[0]!.aborted, undefined);
});

test('a row that no frame can hold fails the transfer before it is sent', async (t) => {
  const pair = new Pair({ messageBytesMax: 10_000 });
  t.is(await pair.failure(pair.send(rowsOf(1, 6_000))), 'a row of 6005 bytes cannot be sent');
});

test('an unreachable member fails the transfer with what was tried', async (t) => {
  const pair = new Pair();
  pair.network.kill(url(2n));
  t.is(
    await pair.failure(pair.send(rowsOf(1))),
    'no connection for the snapshot: http://m2:2380: connect ECONNREFUSED http://m2:2380',
  );
  t.regex(
    await pair.failure(pair.sender.transport.sendSnapshot(77n, { header, chunks: chunksOf([], 1) })),
    /^no peer URL for member 4d$/,
  );
});

test('one snapshot to a member at a time, and a bounded number of them', async (t) => {
  const pair = new Pair({ snapshotsOutgoingMax: 1 }, new Promise(() => {}));
  const first = pair.send(rowsOf(3));
  t.is(await pair.failure(pair.send(rowsOf(3))), 'a snapshot to 2 is under way');
  const other = pair.sender.transport.sendSnapshot(3n, { header, chunks: chunksOf([], 1) });
  t.is(await pair.failure(other), '1 snapshots are under way');
  first.abort('enough');
  await pair.failure(first);
});

test('a receiver takes one snapshot at a time, but a later leader’s instead of an earlier one’s', async (t) => {
  const gates: (() => void)[] = [];
  const pair = new Pair();
  const gate = new Promise<void>((resolve) => gates.push(resolve));
  const first = pair.send(rowsOf(3), {
    chunks: (async function* () {
      yield rowsOf(3);
      await gate;
    })(),
  });
  await pair.clock.runFor(100);
  t.is(pair.receiver.sinks.length, 1);
  const rival = (term: number): SnapshotTransfer =>
    pair.third.transport.sendSnapshot(2n, { header: { ...header, term }, chunks: chunksOf(rowsOf(4), 2) });
  t.is(await pair.failure(rival(5)), 'the receiver closed the transfer: busy with another snapshot');
  t.is((await pair.clock.outcome(rival(6).done)).rows, 4);
  t.is(await pair.failure(first), 'the receiver closed the transfer: a leader of term 6 sends a snapshot');
  t.deepEqual(
    pair.receiver.sinks.map((sink) => [sink.from, sink.finished, sink.aborted !== undefined]),
    [
      [1n, false, true],
      [3n, true, false],
    ],
  );
  gates[0]!();
});

test('snapshots that begin again while the store stands still are bounded', async (t) => {
  const pair = new Pair({ snapshotsIncomingMax: 2 }, new Promise(() => {}));
  const again = async (): Promise<string> => {
    const transfer = pair.send(rowsOf(3));
    await pair.clock.runFor(100);
    transfer.abort('again');
    return pair.failure(transfer);
  };
  t.is(await again(), 'again');
  t.is(await again(), 'again');
  t.is(await again(), 'the receiver closed the transfer: busy with other snapshots');
  t.is(pair.receiver.sinks.length, 1, 'no second sink beside one that has not ended');
});

test('a member that is removed gets no snapshot any more', async (t) => {
  const pair = new Pair({}, new Promise(() => {}));
  const transfer = pair.send(rowsOf(3));
  await pair.clock.runFor(100);
  pair.sender.transport.setPeers({
    membershipIndex: 2,
    peers: new Map([[1n, [url(1n)]]]),
    isRemoved: (id) => id === 2n,
  });
  t.is(await pair.failure(transfer), 'no longer a member');
});

test('a closed transport fails its transfers and leaves no timer', async (t) => {
  const pair = new Pair();
  async function* stuck(): AsyncGenerator<Row[]> {
    yield rowsOf(2);
    await new Promise<void>((resolve) => pair.clock.after(5_000, resolve));
  }
  const transfer = pair.send([], { chunks: stuck() });
  await pair.clock.runFor(500);
  for (const member of [pair.sender, pair.receiver, pair.third]) member.transport.close();
  t.is(await pair.failure(transfer), 'the member is stopping');
  await pair.clock.runFor(10_000);
  t.not(pair.receiver.sinks[0]!.aborted, undefined);
  t.is(pair.clock.pendingTimers, 0);
});

test('malformed snapshot frames give a WireError, nothing else', (t) => {
  const frames = [
    encodeSnapshotFrame({ kind: 'header', header }),
    encodeSnapshotFrame({ kind: 'rows', rows: rowsOf(3) }),
    encodeSnapshotFrame({ kind: 'end', totals: { rows: 3, bytes: 9 }, checksum: 77 }),
  ];
  t.deepEqual(decodeSnapshotFrame(frames[0]!), { kind: 'header', header });
  fc.assert(
    fc.property(fc.constantFrom(...frames), fc.nat(), fc.nat(255), fc.nat(), (frame, at, byte, cut) => {
      const damaged = Buffer.from(frame.subarray(0, 5 + (cut % (frame.length - 4))));
      damaged[4 + (at % (damaged.length - 4))] = byte;
      damaged.writeUInt32BE(crc32(damaged.subarray(4)), 0);
      try {
        decodeSnapshotFrame(damaged);
      } catch (error) {
        return error instanceof WireError;
      }
      return true;
    }),
    { numRuns: 3000 },
  );
});
