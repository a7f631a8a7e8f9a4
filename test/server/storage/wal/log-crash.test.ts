// Random histories of appends, truncations, snapshots and releases on a disk that crashes at a random operation, also
// while opening and repairing. After each crash the log must come back as it was after some append that is no older than the
// last acknowledged one. A failure prints the seed.

import test from 'ava';
import type { Random } from '../../../../common/runtime/random.ts';
import { seededRandom } from '../../../../common/runtime/random.ts';
import type { HardState, LogAppend, LogEntry, LogPosition } from '../../../../server/storage/wal/log-entry.ts';
import { emptyHardState } from '../../../../server/storage/wal/log-entry.ts';
import type { OpenedLog } from '../../../../server/storage/wal/open-log.ts';
import { createLog, logExists, openLog } from '../../../../server/storage/wal/open-log.ts';
import { SimulatedLogDisk } from './simulated-log-disk.ts';

/** What a log without any clever storage would hold. Entries are never forgotten, only replaced. */
interface Model {
  readonly entries: ReadonlyMap<number, LogEntry>;
  readonly last: LogPosition;
  readonly hardState: HardState;
  readonly snapshot: LogPosition;
  /** Releases asked for up to here. */
  readonly released: number;
}

const metadata = Buffer.from('cluster 1, member 2');
const emptyModel: Model = {
  entries: new Map(),
  last: { index: 0, term: 0 },
  hardState: emptyHardState,
  snapshot: { index: 0, term: 0 },
  released: 0,
};

function afterAppend(model: Model, batch: LogAppend): Model {
  const entries = new Map(model.entries);
  let { last, snapshot } = model;
  if (batch.snapshot !== undefined) {
    snapshot = batch.snapshot;
    if (termAt(model, snapshot.index) !== snapshot.term) {
      entries.clear();
      last = snapshot;
    }
  }
  for (const entry of batch.entries ?? []) {
    for (let index = entry.index; index <= last.index; index++) entries.delete(index);
    entries.set(entry.index, entry);
    last = { index: entry.index, term: entry.term };
  }
  return { ...model, entries, last, snapshot, hardState: batch.hardState ?? model.hardState };
}

function termAt(model: Model, index: number): number | undefined {
  return index === model.snapshot.index ? model.snapshot.term : model.entries.get(index)?.term;
}

function randomAppend(random: Random, model: Model): LogAppend {
  const { commit } = model.hardState;
  const term = Math.max(model.hardState.term, model.last.term, 1) + (random.below(4) === 0 ? 1 : 0);
  const vote = term === model.hardState.term ? model.hardState.vote || 3n : BigInt(random.below(3));
  if (random.below(12) === 0) {
    const index = commit + 1 + random.below(6);
    const known = termAt(model, index);
    const snapshot = { index, term: known !== undefined && random.below(2) === 0 ? known : term };
    return { snapshot, hardState: { term, vote, commit: index } };
  }
  const first = random.below(5) === 0 ? commit + 1 + random.below(model.last.index - commit + 1) : model.last.index + 1;
  const count = random.below(4);
  const entries: LogEntry[] = [];
  for (let index = first; index < first + count; index++) {
    const data = Buffer.alloc(random.below(random.below(3) === 0 ? 1500 : 60), index & 0xff);
    entries.push({ index, term, kind: random.below(8) === 0 ? 'membership' : 'normal', data });
  }
  const lastIndex = entries.at(-1)?.index ?? model.last.index;
  if (entries.length > 0 && random.below(3) === 0) return { entries };
  return { entries, hardState: { term, vote, commit: commit + random.below(lastIndex - commit + 1) } };
}

/** Null when the opened log is the model's; else what differs. */
function difference(opened: OpenedLog, model: Model): string | null {
  const { base, entries, hardState } = opened;
  if (hardState.term !== model.hardState.term) return `term ${hardState.term}, not ${model.hardState.term}`;
  if (hardState.vote !== model.hardState.vote) return `vote ${hardState.vote}, not ${model.hardState.vote}`;
  if (hardState.commit !== model.hardState.commit) return `commit ${hardState.commit}, not ${model.hardState.commit}`;
  const last = entries.at(-1) ?? base;
  if (last.index !== model.last.index || last.term !== model.last.term)
    return `last ${last.index}, not ${model.last.index}`;
  if (base.index < model.snapshot.index) return `base ${base.index} before the snapshot ${model.snapshot.index}`;
  if (base.index > Math.max(model.snapshot.index, model.released)) return `base ${base.index} was never released`;
  const baseTerm = termAt(model, base.index);
  if (baseTerm !== undefined && base.term !== baseTerm) return `base term ${base.term}, not ${baseTerm}`;
  for (const [position, entry] of entries.entries()) {
    const expected = model.entries.get(entry.index);
    if (entry.index !== base.index + 1 + position) return `entry ${entry.index} at position ${position}`;
    if (expected === undefined) return `entry ${entry.index} was never appended`;
    if (entry.term !== expected.term || entry.kind !== expected.kind)
      return `entry ${entry.index} of another term or kind`;
    if (!entry.data.equals(expected.data)) return `entry ${entry.index} with other data`;
  }
  return null;
}

/** One life between two crashes: the states that may be found afterwards, the acknowledged one first. */
async function live(opened: OpenedLog, random: Random, disk: SimulatedLogDisk, start: Model): Promise<Model[]> {
  let possible = [start];
  let failed = false;
  disk.crashAfter(1 + random.below(40));
  if (random.below(4) === 0) {
    const failing = random.below(30);
    let count = 0;
    disk.fault = () => (count++ === failing ? new Error('EIO: simulated') : null);
  }
  for (let step = 0; step < 40 && !disk.hasCrashed && !failed; step++) {
    const model = possible.at(-1)!;
    if (random.below(8) === 0) {
      const released = random.below(model.hardState.commit + 1);
      possible = possible.map((each) => ({ ...each, released: Math.max(each.released, released) }));
      opened.log.release(released, (error) => {
        failed ||= error !== null;
      });
    } else {
      const batch = randomAppend(random, model);
      const next = afterAppend(model, batch);
      possible.push(next);
      opened.log.append(batch, (error) => {
        failed ||= error !== null;
        if (error !== null) return;
        // In call order: everything before this state is history.
        possible = possible.slice(
          possible.findIndex((each) => each.last === next.last && each.hardState === next.hardState),
        );
      });
    }
    if (random.below(3) === 0) await Promise.resolve();
  }
  for (let turn = 0; turn < 200 && !disk.hasCrashed && !failed && opened.log.pendingBytes > 0; turn++)
    await Promise.resolve();
  return possible;
}

async function openWithCrashes(
  disk: SimulatedLogDisk,
  random: Random,
): Promise<{ disk: SimulatedLogDisk; opened: OpenedLog }> {
  for (let attempt = 0; ; attempt++) {
    if (attempt < 3 && random.below(3) === 0) disk.crashAfter(random.below(8));
    const options = { disk, segmentBytes: [200, 600, 5000][random.below(3)]! };
    const opening = (await logExists(disk)) ? openLog(options) : createLog({ ...options, metadata });
    const opened = await Promise.race([opening, disk.crashed]);
    if (opened !== undefined) return { disk, opened };
    disk = random.below(2) === 0 ? disk.afterPowerLoss() : disk.afterKill();
  }
}

async function runHistory(seed: number): Promise<{ crashes: number; repairs: number }> {
  const random = seededRandom(seed);
  let disk = new SimulatedLogDisk(random);
  let possible: Model[] = [emptyModel];
  let repairs = 0;
  const crashes = 6;
  for (let crash = 0; crash <= crashes; crash++) {
    const found = await openWithCrashes(disk, random);
    disk = found.disk;
    if (found.opened.repaired !== undefined) repairs++;
    const model = possible.findLast((each) => difference(found.opened, each) === null);
    if (model === undefined) {
      const reasons = possible.map((each) => difference(found.opened, each)).join('; ');
      throw new Error(`seed ${seed}, crash ${crash}: ${reasons}`);
    }
    // What was handed out is durable: a second loss of power changes nothing.
    if (random.below(3) === 0) {
      disk = disk.afterPowerLoss();
      possible = [model];
      continue;
    }
    possible = await live(found.opened, random, disk, model);
    disk = random.below(3) === 0 ? disk.afterKill() : disk.afterPowerLoss();
  }
  return { crashes, repairs };
}

test('after any crash the log is as it was after some append no older than the last acknowledged one', async (t) => {
  let repairs = 0;
  for (let seed = 1; seed <= 1500; seed++) {
    const result = await runHistory(seed);
    repairs += result.repairs;
  }
  t.true(repairs > 100, `only ${repairs} torn tails in all histories: the crashes hit nothing`);
});
