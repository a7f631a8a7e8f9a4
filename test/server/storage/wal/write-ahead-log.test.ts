// What the log promises its caller while nothing is broken, and how it stops when something is.

import test from 'ava';
import { seededRandom } from '../../../../common/runtime/random.ts';
import type { LogAppend, LogEntry } from '../../../../server/storage/wal/log-entry.ts';
import { createLog, logExists, openLog } from '../../../../server/storage/wal/open-log.ts';
import type { WriteAheadLog } from '../../../../server/storage/wal/write-ahead-log.ts';
import { SimulatedLogDisk } from './simulated-log-disk.ts';

const metadata = Buffer.from('cluster 1, member 2');

function newDisk(): SimulatedLogDisk {
  return new SimulatedLogDisk(seededRandom(1));
}

function entry(index: number, term: number, data = `entry ${index}`): LogEntry {
  return { index, term, kind: 'normal', data: Buffer.from(data) };
}

function append(log: WriteAheadLog, batch: LogAppend): Promise<void> {
  return new Promise((resolve, reject) => log.append(batch, (error) => (error === null ? resolve() : reject(error))));
}

function release(log: WriteAheadLog, index: number): Promise<void> {
  return new Promise((resolve, reject) => log.release(index, (error) => (error === null ? resolve() : reject(error))));
}

test('a log comes back with its metadata, hard state and entries', async (t) => {
  const disk = newDisk();
  t.false(await logExists(disk));
  const { log } = await createLog({ disk, metadata });
  t.true(await logExists(disk));
  const membership: LogEntry = { index: 2, term: 1, kind: 'membership', data: Buffer.alloc(0) };
  const vote = 0xce1ac55777b620f9n;
  await append(log, { entries: [entry(1, 1), membership], hardState: { term: 1, vote, commit: 1 } });
  await append(log, { hardState: { term: 3, vote: 0n, commit: 2 } });
  await log.close();
  const opened = await openLog({ disk: disk.afterPowerLoss() });
  t.deepEqual(opened.metadata, metadata);
  t.deepEqual(opened.hardState, { term: 3, vote: 0n, commit: 2 });
  t.deepEqual(opened.entries, [entry(1, 1), membership]);
  t.deepEqual(opened.base, { index: 0, term: 0 });
  t.is(opened.snapshot, null);
  t.is(opened.repaired, undefined);
});

test('opening an empty directory says that there is no log', async (t) => {
  await t.throwsAsync(openLog({ disk: newDisk() }), {
    name: 'LogMissing',
    message: /\/simulated has no write-ahead log/,
  });
});

test('making a log where there is one is a programmer error', async (t) => {
  const disk = newDisk();
  await createLog({ disk, metadata });
  await t.throwsAsync(createLog({ disk: disk.afterKill(), metadata }), { name: 'AssertionError' });
});

test('a log can start behind a restored snapshot', async (t) => {
  const disk = newDisk();
  const base = { index: 100, term: 7 };
  const { log } = await createLog({ disk, metadata, base, hardState: { term: 7, vote: 0n, commit: 100 } });
  await append(log, { entries: [entry(101, 8)] });
  const opened = await openLog({ disk: disk.afterPowerLoss() });
  t.deepEqual(opened.base, base);
  t.deepEqual(opened.entries, [entry(101, 8)]);
  t.deepEqual(opened.hardState, { term: 7, vote: 0n, commit: 100 });
});

test('done comes after the fdatasync of its append and before nothing else is written', async (t) => {
  const disk = newDisk();
  const { log } = await createLog({ disk, metadata });
  disk.history.length = 0;
  await append(log, { entries: [entry(1, 1)] });
  t.deepEqual(
    disk.history.map(({ kind }) => kind),
    ['write', 'sync'],
  );
});

test('appends queued while one is under way go out as one write and one sync, and are answered in order', async (t) => {
  const disk = newDisk();
  const { log } = await createLog({ disk, metadata });
  disk.held = true;
  disk.history.length = 0;
  const heard: number[] = [];
  for (let index = 1; index <= 50; index++) {
    log.append({ entries: [entry(index, 1)] }, (error) => {
      t.is(error, null);
      heard.push(index);
    });
  }
  t.deepEqual(heard, []);
  disk.step();
  t.deepEqual(heard, [1]);
  disk.step();
  t.is(heard.length, 50);
  t.deepEqual(
    heard,
    heard.toSorted((a, b) => a - b),
  );
  t.false(disk.step());
  t.deepEqual(
    disk.history.map(({ kind }) => kind),
    ['write', 'sync', 'write', 'sync'],
  );
});

test('a group carries no more than its limit', async (t) => {
  const disk = newDisk();
  const { log } = await createLog({ disk, metadata, groupBytesMax: 1000 });
  disk.held = true;
  let answered = 0;
  for (let index = 1; index <= 20; index++) {
    log.append({ entries: [entry(index, 1, 'x'.repeat(300))] }, () => answered++);
  }
  disk.history.length = 0;
  while (disk.step());
  t.is(answered, 20);
  const writes = disk.history.filter((operation) => operation.kind === 'write');
  t.is(writes.length, 11, 'one alone, then 19 by two');
  for (const { data } of writes) t.true(data.length <= 1000, `a write of ${data.length} bytes`);
});

test('pendingBytes counts what the disk still owes', async (t) => {
  const disk = newDisk();
  const { log } = await createLog({ disk, metadata });
  disk.held = true;
  log.append({ entries: [entry(1, 1, 'x'.repeat(1000))] }, () => {});
  log.append({ entries: [entry(2, 1, 'x'.repeat(1000))] }, () => {});
  t.true(log.pendingBytes > 2000 && log.pendingBytes < 2200, String(log.pendingBytes));
  disk.step();
  t.true(log.pendingBytes > 1000 && log.pendingBytes < 1100, String(log.pendingBytes));
  disk.step();
  t.is(log.pendingBytes, 0);
});

test('a disk that falls too far behind fails the log instead of filling memory', async (t) => {
  const disk = newDisk();
  const { log } = await createLog({ disk, metadata, pendingBytesMax: 5000 });
  disk.held = true;
  const failures: string[] = [];
  for (let index = 1; index <= 6; index++) {
    log.append({ entries: [entry(index, 1, 'x'.repeat(1000))] }, (error) => {
      if (error !== null) failures.push(error.message);
    });
  }
  await Promise.resolve();
  t.is(failures.length, 5);
  t.regex(failures[0]!, /\/simulated: the disk is \d+ bytes of log behind/);
});

for (const kind of ['write', 'sync'] as const) {
  test(`after a failed ${kind} every append is refused with the same error, and nothing is tried again`, async (t) => {
    const disk = newDisk();
    const { log } = await createLog({ disk, metadata });
    await append(log, { entries: [entry(1, 1)] });
    disk.fault = (operation) => (operation.kind === kind ? new Error('EIO: simulated') : null);
    const failed = append(log, { entries: [entry(2, 1)] });
    const queued = append(log, { entries: [entry(3, 1)] });
    await t.throwsAsync(failed, { message: 'EIO: simulated' });
    await t.throwsAsync(queued, { message: 'EIO: simulated' });
    disk.fault = () => null;
    disk.history.length = 0;
    await t.throwsAsync(append(log, { entries: [entry(4, 1)] }), { message: 'EIO: simulated' });
    await t.throwsAsync(release(log, 0), { message: 'EIO: simulated' });
    t.deepEqual(disk.history, []);
    await log.close();
    t.true(disk.closed);
  });
}

test('an entry that a failed sync left in the page cache is durable once openLog has shown it', async (t) => {
  const disk = newDisk();
  const { log } = await createLog({ disk, metadata });
  disk.fault = (operation) => (operation.kind === 'sync' ? new Error('EIO: simulated') : null);
  await t.throwsAsync(append(log, { entries: [entry(1, 1, 'x'.repeat(2000))] }));
  const restarted = disk.afterKill();
  const opened = await openLog({ disk: restarted });
  t.is(opened.entries.length, 1, 'the cache shows the entry');
  for (let attempt = 0; attempt < 10; attempt++) {
    const again = await openLog({ disk: restarted.afterPowerLoss() });
    t.is(again.entries.length, 1);
  }
});

test('a conflicting entry replaces the one at its index and everything behind it', async (t) => {
  const disk = newDisk();
  const { log } = await createLog({ disk, metadata });
  await append(log, { entries: [entry(1, 1), entry(2, 1), entry(3, 1)] });
  await append(log, { entries: [entry(2, 2, 'other')] });
  t.deepEqual(log.last, { index: 2, term: 2 });
  const opened = await openLog({ disk: disk.afterPowerLoss() });
  t.deepEqual(opened.entries, [entry(1, 1), entry(2, 2, 'other')]);
});

test('a full segment is followed by a new one that opens with the hard state', async (t) => {
  const disk = newDisk();
  const { log } = await createLog({ disk, metadata, segmentBytes: 2000 });
  await append(log, { hardState: { term: 4, vote: 9n, commit: 0 } });
  for (let index = 1; index <= 30; index++) await append(log, { entries: [entry(index, 4, 'x'.repeat(200))] });
  const names = (await disk.list()).sort();
  t.is(names.length, log.segmentCount);
  t.true(names.length > 3, names.join(' '));
  await append(log, { hardState: { term: 4, vote: 9n, commit: 30 } });
  await release(log, 30);
  t.deepEqual((await disk.list()).sort(), names.slice(-1));
  const opened = await openLog({ disk: disk.afterPowerLoss() });
  t.deepEqual(opened.hardState, { term: 4, vote: 9n, commit: 30 });
  t.true(opened.base.index > 20 && opened.base.term === 4, JSON.stringify(opened.base));
  t.is(opened.entries[0]!.index, opened.base.index + 1);
  t.is(opened.entries.at(-1)!.index, 30);
});

test('a segment is kept while any of its entries lies beyond the released index', async (t) => {
  const disk = newDisk();
  const { log } = await createLog({ disk, metadata, segmentBytes: 1 });
  for (let index = 1; index <= 5; index++) {
    await append(log, { entries: [entry(index, 1)], hardState: { term: 1, vote: 0n, commit: index } });
  }
  await release(log, 3);
  const opened = await openLog({ disk: disk.afterPowerLoss() });
  t.deepEqual(opened.base, { index: 3, term: 1 });
  t.deepEqual(opened.entries, [entry(4, 1), entry(5, 1)]);
});

test('releasing waits for the appends before it: the hard state is synced before a segment goes', async (t) => {
  const disk = newDisk();
  const { log } = await createLog({ disk, metadata, segmentBytes: 1 });
  for (let index = 1; index <= 3; index++) await append(log, { entries: [entry(index, 1)] });
  disk.held = true;
  disk.history.length = 0;
  log.append({ hardState: { term: 2, vote: 5n, commit: 3 } }, () => {});
  log.append({ entries: [entry(4, 2)] }, () => {});
  log.release(3, () => {});
  while (disk.step());
  const kinds = disk.history.map(({ kind }) => kind);
  t.true(kinds.lastIndexOf('sync') < kinds.indexOf('remove'), kinds.join(' '));
  t.is(kinds.lastIndexOf('remove') + 1, kinds.lastIndexOf('syncDirectory'));
});

test('releasing beyond the commit index is a programmer error', async (t) => {
  const { log } = await createLog({ disk: newDisk(), metadata });
  await append(log, { entries: [entry(1, 1)] });
  t.throws(() => log.release(1, () => {}), { name: 'AssertionError' });
});

test('an installed snapshot restarts the log behind it', async (t) => {
  const disk = newDisk();
  const { log } = await createLog({ disk, metadata });
  await append(log, { entries: [entry(1, 1), entry(2, 1)] });
  await append(log, { snapshot: { index: 50, term: 3 }, hardState: { term: 3, vote: 0n, commit: 50 } });
  await append(log, { entries: [entry(51, 3)] });
  const opened = await openLog({ disk: disk.afterPowerLoss() });
  t.deepEqual(opened.base, { index: 50, term: 3 });
  t.deepEqual(opened.snapshot, { index: 50, term: 3 });
  t.deepEqual(opened.entries, [entry(51, 3)]);
});

test('an installed snapshot that matches an entry keeps the entries behind it', async (t) => {
  const disk = newDisk();
  const { log } = await createLog({ disk, metadata });
  await append(log, { entries: [entry(1, 1), entry(2, 1), entry(3, 1)] });
  await append(log, { snapshot: { index: 2, term: 1 }, hardState: { term: 1, vote: 0n, commit: 2 } });
  const opened = await openLog({ disk: disk.afterPowerLoss() });
  t.deepEqual(opened.base, { index: 2, term: 1 });
  t.deepEqual(opened.entries, [entry(3, 1)]);
});

test('an append is all or nothing: a hard state is not there without the entries it came with', async (t) => {
  let lost = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const disk = new SimulatedLogDisk(seededRandom(seed));
    const { log } = await createLog({ disk, metadata });
    await append(log, { entries: [entry(1, 1)] });
    disk.crashAfter(1);
    log.append(
      {
        entries: [entry(2, 2, 'x'.repeat(3000)), entry(3, 2, 'y'.repeat(50))],
        hardState: { term: 2, vote: 4n, commit: 2 },
      },
      () => t.fail('nothing was synced'),
    );
    await disk.crashed;
    const opened = await openLog({ disk: disk.afterPowerLoss() });
    if (opened.entries.length === 1) {
      lost++;
      t.deepEqual(opened.hardState, { term: 0, vote: 0n, commit: 0 });
    } else {
      t.is(opened.entries.length, 3);
      t.deepEqual(opened.hardState, { term: 2, vote: 4n, commit: 2 });
    }
  }
  t.true(lost > 50 && lost < 200, `${lost} of 200 were lost`);
});

const broken: [string, LogAppend, RegExp][] = [
  ['a gap before an entry', { entries: [entry(4, 2)] }, /entry 4 follows entry 2/],
  ['a gap between entries', { entries: [entry(3, 2), entry(5, 2)] }, /out of order/],
  ['a term that falls', { entries: [entry(3, 1)] }, /term 1 after term 2/],
  ['a committed entry replaced', { entries: [entry(1, 3)] }, /replaces one that is committed/],
  ['entry 0', { entries: [entry(0, 3)] }, /entry 0/],
  ['a term that falls in the hard state', { hardState: { term: 1, vote: 0n, commit: 1 } }, /term falls from 2 to 1/],
  ['a commit index that falls', { hardState: { term: 2, vote: 7n, commit: 0 } }, /commit index falls/],
  ['a second vote in a term', { hardState: { term: 2, vote: 8n, commit: 1 } }, /vote in term 2 changes from 7 to 8/],
  ['a vote withdrawn', { hardState: { term: 2, vote: 0n, commit: 1 } }, /vote in term 2 changes from 7 to 0/],
  ['a commit index without its entry', { hardState: { term: 2, vote: 7n, commit: 3 } }, /behind the last entry 2/],
  ['a snapshot before what is committed', { snapshot: { index: 0, term: 1 } }, /snapshot at 0/],
];

for (const [title, batch, message] of broken) {
  test(`${title} is a programmer error`, async (t) => {
    const { log } = await createLog({ disk: newDisk(), metadata });
    await append(log, { entries: [entry(1, 1), entry(2, 2)], hardState: { term: 2, vote: 7n, commit: 1 } });
    t.throws(() => log.append(batch, () => t.fail('was taken')), { name: 'AssertionError', message });
  });
}

test('closing waits for what was appended; afterwards appends are refused', async (t) => {
  const disk = newDisk();
  const { log } = await createLog({ disk, metadata });
  const appended = Promise.all([append(log, { entries: [entry(1, 1)] }), append(log, { entries: [entry(2, 1)] })]);
  await log.close();
  await t.notThrowsAsync(appended);
  t.true(disk.closed);
  await t.throwsAsync(append(log, { entries: [entry(3, 1)] }), { message: /closed/ });
});
