import test from 'ava';
import { encodeMetaKey, encodeRevisionKey, encodeSafeU64, everyRow } from '../../server/storage/keys.ts';
import { MemoryStore } from '../../server/storage/memory-store.ts';
import { appliedIndexKey, RowStore } from '../../server/storage/row-store.ts';
import { GatedStore } from '../harness/gated-store.ts';
import { SimulatedClock } from '../harness/simulated-clock.ts';

function rowStore(pendingBytesMax = 1_000_000) {
  const clock = new SimulatedClock();
  const memory = new MemoryStore();
  const gates = new GatedStore(memory);
  const failures: Error[] = [];
  const rows = new RowStore({
    store: gates,
    clock,
    appliedIndex: 0,
    appliedTerm: 0,
    writtenRevision: 1,
    pendingBytesMax,
    onFailure: (error) => failures.push(error),
  });
  /** The entry at `index` puts one row, of the revision one higher. */
  const apply = (index: number): void => {
    rows.putRevision(index + 1, 0, Buffer.from(`row ${index}`));
    rows.entryApplied(index, 1);
  };
  return { clock, memory, gates, rows, apply, failures };
}

async function allRows(store: MemoryStore): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of store.scan({ ...everyRow })) found.push(...batch.map(({ key }) => key.toString('hex')));
  return found;
}

test('a row is visible at once, first from the overlay and then from the store', async (t) => {
  const { clock, gates, rows, apply } = rowStore();
  gates.hold('write');
  apply(1);
  t.is(rows.overlayRow(2, 0)?.toString(), 'row 1');
  await clock.settle();
  t.is(rows.overlayRow(2, 0)?.toString(), 'row 1');
  t.is(rows.writtenRevision, 1);
  t.is((await rows.fetch([{ main: 2, sub: 0 }]))[0]!.toString(), 'row 1');
  gates.open('write');
  await clock.settle();
  t.is(rows.overlayRow(2, 0), undefined);
  t.is(rows.writtenRevision, 2);
  t.is((await rows.fetch([{ main: 2, sub: 0 }]))[0]!.toString(), 'row 1');
});

test('every batch carries the index of the last entry in it, so rows and index are never apart', async (t) => {
  const { clock, memory, gates, rows, apply } = rowStore();
  gates.hold('write');
  apply(1);
  await clock.settle();
  // These go into the next batch, which waits for the first.
  apply(2);
  apply(3);
  gates.letOne('write');
  await clock.settle();
  t.deepEqual(await memory.getMany([appliedIndexKey, encodeRevisionKey(3, 0)]), [encodeSafeU64(1), null]);
  gates.open('write');
  await clock.settle();
  t.deepEqual(await memory.getMany([appliedIndexKey]), [encodeSafeU64(3)]);
  t.is(rows.pendingBytes, 0);
});

test('changes outside an entry leave the applied index where it was', async (t) => {
  const { clock, memory, rows, apply } = rowStore();
  apply(1);
  await clock.settle();
  rows.delete(encodeRevisionKey(2, 0));
  rows.put(encodeMetaKey('scrubbedRevision'), encodeSafeU64(2));
  rows.schedule();
  await clock.settle();
  t.deepEqual(await memory.getMany([appliedIndexKey, encodeRevisionKey(2, 0)]), [encodeSafeU64(1), null]);
  t.is((await allRows(memory)).length, 3);
});

test('a flush ends although entries keep coming, and covers those that came before it', async (t) => {
  const { clock, gates, rows, apply } = rowStore();
  gates.hold('write');
  let index = 1;
  apply(index);
  await clock.settle();
  apply(++index);
  let flushed: number | undefined;
  void rows.flush().then((covered) => {
    flushed = covered;
  });
  // There is never a moment without a batch under way and another one filling.
  for (let i = 0; i < 10 && flushed === undefined; i++) {
    apply(++index);
    gates.letOne('write');
    await clock.settle();
  }
  t.is(flushed, 2);
  t.true(rows.pendingBytes > 0);
});

test('a flush of nothing is a flush of the store', async (t) => {
  const { clock, rows, apply } = rowStore();
  t.is(await clock.outcome(rows.flush()), 0);
  apply(1);
  t.is(await clock.outcome(rows.flush()), 1);
});

test('congestion is told, and its end too', async (t) => {
  const { clock, gates, rows, apply } = rowStore(200);
  gates.hold('write');
  apply(1);
  t.false(rows.congested);
  apply(2);
  apply(3);
  t.true(rows.congested);
  let drained = false;
  void rows.drained().then(() => {
    drained = true;
  });
  await clock.settle();
  t.false(drained);
  gates.open('write');
  await clock.settle();
  t.true(drained);
});

test('a failed write is reported once, and nobody is left waiting', async (t) => {
  const { clock, gates, rows, apply, failures } = rowStore(100);
  gates.fault = (call) => (call === 'write' ? new Error('EIO') : null);
  apply(1);
  apply(2);
  const settled = t.throwsAsync(rows.settled(), { message: 'the state store has failed' });
  await clock.outcome(rows.drained());
  await clock.outcome(settled);
  t.deepEqual(
    failures.map(({ message }) => message),
    ['EIO'],
  );
});

test('a row that the index knows and the store does not have is an error that names it', async (t) => {
  const { rows } = rowStore();
  await t.throwsAsync(rows.fetch([{ main: 7, sub: 1 }]), { message: /^revision row 7\.1 is in the index/ });
  await rows.fetchesSettled();
});

test('entries that change no row move the applied index too, as soon as somebody waits for the store', async (t) => {
  const { clock, memory, rows, apply } = rowStore();
  apply(1);
  await clock.outcome(rows.settled());
  rows.entryApplied(2, 1);
  await clock.settle();
  const index = await clock.outcome(rows.flush());
  t.is(index, 2);
  t.deepEqual(await memory.getMany([appliedIndexKey]), [encodeSafeU64(2)]);
  // There is nothing more to write now.
  t.is(await clock.outcome(rows.flush()), 2);
});
