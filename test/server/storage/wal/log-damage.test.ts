// Damaged files: what is cut, what is refused. Every single bit pattern below is tried on every byte of a small log; the
// one outcome that must never happen is a log that opens and holds something else than was written.

import test from 'ava';
import { seededRandom } from '../../../../common/runtime/random.ts';
import { LogCorrupted } from '../../../../server/storage/wal/log-corrupted.ts';
import type { LogAppend, LogEntry } from '../../../../server/storage/wal/log-entry.ts';
import type { OpenedLog } from '../../../../server/storage/wal/open-log.ts';
import { createLog, openLog } from '../../../../server/storage/wal/open-log.ts';
import { readFrame } from '../../../../server/storage/wal/record.ts';
import { SimulatedLogDisk } from './simulated-log-disk.ts';

const metadata = Buffer.from('member');

function entry(index: number, bytes: number): LogEntry {
  return { index, term: 1, kind: 'normal', data: Buffer.alloc(bytes, index) };
}

/** Three segments; the last has three groups behind its header, the last of them with two entries. */
const batches: LogAppend[] = [
  { entries: [entry(1, 40)], hardState: { term: 1, vote: 2n, commit: 0 } },
  { entries: [entry(2, 900)] },
  { entries: [entry(3, 100), entry(4, 10)], hardState: { term: 1, vote: 2n, commit: 3 } },
  { entries: [entry(5, 30)] },
  { entries: [entry(6, 60), entry(7, 700)] },
  { entries: [entry(8, 20), entry(9, 10)], hardState: { term: 1, vote: 2n, commit: 7 } },
  { entries: [entry(10, 20)] },
  { entries: [entry(11, 30), entry(12, 20)] },
];

async function writtenLog(): Promise<{ disk: SimulatedLogDisk; files: string[] }> {
  const disk = new SimulatedLogDisk(seededRandom(1));
  const { log } = await createLog({ disk, metadata, segmentBytes: 600 });
  for (const batch of batches) await new Promise<void>((resolve) => log.append(batch, () => resolve()));
  const files = (await disk.list()).sort();
  return { disk, files };
}

/** The log's content as text, after how many batches it is, or null when it is not any prefix. */
function prefixLength(opened: OpenedLog): number | null {
  const indexes = opened.entries.map(({ index }) => index).join();
  const states = new Map<string, number>();
  let entries: number[] = [];
  let commit = 0;
  let term = 0;
  states.set(`|0|0`, 0);
  for (const [position, batch] of batches.entries()) {
    entries = [...entries, ...(batch.entries ?? []).map(({ index }) => index)];
    commit = batch.hardState?.commit ?? commit;
    term = batch.hardState?.term ?? term;
    states.set(`${entries.join()}|${term}|${commit}`, position + 1);
  }
  const intact = opened.entries.every(({ index, data }) => data.every((byte) => byte === index));
  const length = states.get(`${indexes}|${opened.hardState.term}|${opened.hardState.commit}`);
  return intact && length !== undefined ? length : null;
}

async function outcome(disk: SimulatedLogDisk): Promise<number | LogCorrupted> {
  try {
    const opened = await openLog({ disk });
    return prefixLength(opened) ?? -1;
  } catch (error) {
    if (error instanceof LogCorrupted) return error;
    throw error;
  }
}

/** Length without the reserved space. */
function lastByte(content: Buffer): number {
  return content.findLastIndex((byte) => byte !== 0) + 1;
}

/** Where the groups of the newest segment end, by their records' flags. */
function groupEnds(bytes: Buffer, sequence: number): number[] {
  const ends: number[] = [];
  for (let frame = readFrame(bytes, 0, sequence); frame !== null; frame = readFrame(bytes, frame.end, sequence)) {
    if (frame.endsGroup) ends.push(frame.end);
  }
  return ends;
}

test('the sample log spans three segments and opens whole', async (t) => {
  const { disk, files } = await writtenLog();
  t.is(files.length, 3);
  t.is(await outcome(disk.copy()), batches.length);
});

test('any byte changed in an earlier segment refuses to start and names the file and an offset at or before it', async (t) => {
  const { disk, files } = await writtenLog();
  for (const file of files.slice(0, -1)) {
    const { length } = await disk.read(file);
    for (let at = 0; at < length; at++) {
      for (const flip of [0x01, 0x80, 0xff]) {
        const damaged = disk.copy();
        damaged.damage(file, (bytes) => {
          bytes[at]! ^= flip;
          return bytes;
        });
        const result = await outcome(damaged);
        // Padding carries nothing and is not checked.
        if (result === batches.length) continue;
        if (!(result instanceof LogCorrupted)) return t.fail(`${file} byte ${at} flip ${flip}: opened with ${result}`);
        t.is(result.file, file);
        t.true(result.offset <= at, `${result.offset} for byte ${at}`);
      }
    }
  }
});

test('any byte changed in the newest segment refuses to start, or loses the last, unsynced-looking group', async (t) => {
  const { disk, files } = await writtenLog();
  const file = files.at(-1)!;
  const bytes = await disk.read(file);
  const ends = groupEnds(bytes, 2);
  const lastGroupFrom = ends.at(-2)!;
  let refused = 0;
  for (let at = 0; at < bytes.length; at++) {
    const damaged = disk.copy();
    damaged.damage(file, (content) => {
      content[at]! ^= 0x10;
      return content;
    });
    const result = await outcome(damaged);
    if (result instanceof LogCorrupted) refused++;
    else if (at < lastGroupFrom) t.is(result, batches.length, `byte ${at} is not padding`);
    else t.true(result === batches.length || result === batches.length - 1, `byte ${at}: ${result}`);
  }
  t.true(refused > lastGroupFrom * 0.9, `${refused} of ${lastGroupFrom} refused`);
});

test('the newest segment cut at any length after its header comes back as a prefix and says what was cut', async (t) => {
  const { disk, files } = await writtenLog();
  const file = files.at(-1)!;
  const bytes = await disk.read(file);
  const ends = groupEnds(bytes, 2);
  for (let length = ends[0]!; length < bytes.length; length++) {
    const torn = disk.copy();
    torn.damage(file, (content) => content.subarray(0, length));
    const opened = await openLog({ disk: torn });
    const whole = ends.findLastIndex((end) => end <= length);
    t.is(prefixLength(opened), batches.length - (ends.length - 1 - whole), `cut at ${length}`);
    const cut = bytes.subarray(ends[whole]!, length);
    const tornBytes = lastByte(cut);
    if (tornBytes === 0) {
      t.is(opened.repaired, undefined, `cut at ${length}`);
      continue;
    }
    t.deepEqual(opened.repaired, { file, offset: ends[whole]!, bytesCut: tornBytes });
    t.deepEqual(await torn.read(`${file}.broken`), cut.subarray(0, tornBytes));
    t.is((await torn.read(file)).length, ends[whole]!);
  }
});

test('an earlier segment cut short refuses to start', async (t) => {
  const { disk, files } = await writtenLog();
  for (const file of files.slice(0, -1)) {
    const length = lastByte(await disk.read(file));
    for (let cut = 0; cut < length; cut++) {
      const damaged = disk.copy();
      damaged.damage(file, (content) => content.subarray(0, cut));
      const result = await outcome(damaged);
      t.true(result instanceof LogCorrupted, `${file} cut to ${cut}: opened with ${String(result)}`);
    }
  }
});

test('zeros behind the last group are free space, other bytes there a torn tail', async (t) => {
  const { disk, files } = await writtenLog();
  const file = files.at(-1)!;
  for (const zeros of [0, 1, 8, 15, 16, 17, 511, 512, 513, 4096]) {
    for (const rest of ['', 'x', 'half a record of which the rest never arrived']) {
      const torn = disk.copy();
      torn.damage(file, (content) =>
        Buffer.concat([content, Buffer.alloc(zeros), Buffer.from(rest), Buffer.alloc(zeros)]),
      );
      const opened = await openLog({ disk: torn });
      t.is(prefixLength(opened), batches.length);
      t.is(opened.repaired !== undefined, rest !== '', `${zeros} zeros and "${rest}"`);
    }
  }
});

test('the file is reserved ahead of what is written, and appending goes on in it after a restart', async (t) => {
  const disk = new SimulatedLogDisk(seededRandom(1));
  const { log } = await createLog({ disk, metadata });
  await new Promise<void>((resolve) => log.append({ entries: [entry(1, 10)] }, () => resolve()));
  const [file] = await disk.list();
  t.is((await disk.read(file!)).length, 1024 * 1024);
  const restarted = disk.afterPowerLoss();
  const opened = await openLog({ disk: restarted });
  t.is(opened.repaired, undefined);
  restarted.history.length = 0;
  await new Promise<void>((resolve) => opened.log.append({ entries: [entry(2, 10)] }, () => resolve()));
  t.deepEqual(
    restarted.history.map(({ kind }) => kind),
    ['write', 'sync'],
  );
  t.deepEqual(await restarted.list(), [file]);
});

test('zeros in front of a later group are damage', async (t) => {
  const { disk, files } = await writtenLog();
  const file = files.at(-1)!;
  const ends = groupEnds(await disk.read(file), 2);
  const damaged = disk.copy();
  damaged.damage(file, (content) => content.fill(0, ends[0]!, ends[1]!));
  const result = await outcome(damaged);
  t.true(result instanceof LogCorrupted);
  t.regex((result as Error).message, new RegExp(`synced records follow .*${file}, offset ${ends[0]}`));
});

test('a lost sector in the last group cuts the group although good records of it follow', async (t) => {
  const disk = new SimulatedLogDisk(seededRandom(1));
  const { log } = await createLog({ disk, metadata });
  await new Promise<void>((resolve) => log.append({ entries: [entry(1, 10)] }, () => resolve()));
  await new Promise<void>((resolve) =>
    log.append({ entries: [entry(2, 2000), entry(3, 100), entry(4, 100)] }, () => resolve()),
  );
  const [file] = await disk.list();
  disk.damage(file!, (content) => content.fill(0, 1024, 1536));
  const opened = await openLog({ disk });
  t.deepEqual(opened.entries, [entry(1, 10)]);
  t.is(opened.repaired?.file, file);
});

test('a changed byte in the last group with good records of it behind is damage, for no sector is missing', async (t) => {
  const disk = new SimulatedLogDisk(seededRandom(1));
  const { log } = await createLog({ disk, metadata });
  await new Promise<void>((resolve) => log.append({ entries: [entry(1, 2000), entry(2, 100)] }, () => resolve()));
  const [file] = await disk.list();
  disk.damage(file!, (content) => content.fill(0xee, 1024, 1030));
  await t.throwsAsync(openLog({ disk }), { name: 'LogCorrupted', message: /good ones follow/ });
});

test('nothing is appended to a repaired segment', async (t) => {
  const { disk, files } = await writtenLog();
  const file = files.at(-1)!;
  disk.damage(file, (content) => content.subarray(0, lastByte(content) - 3));
  const { log } = await openLog({ disk });
  const { length } = await disk.read(file);
  await new Promise<void>((resolve) => log.append({ entries: [entry(8, 5)] }, () => resolve()));
  t.is((await disk.read(file)).length, length);
  const opened = await openLog({ disk: disk.afterPowerLoss() });
  t.deepEqual(opened.entries.at(-1), entry(8, 5));
  t.is(opened.repaired, undefined);
});

test('a missing segment refuses to start', async (t) => {
  const { disk, files } = await writtenLog();
  await new Promise<void>((resolve) => disk.submit([{ kind: 'remove', file: files[1]! }], () => resolve()));
  await t.throwsAsync(openLog({ disk }), { name: 'LogCorrupted', message: /segment 1 is missing/ });
});

test('a segment put under another number, or copied from another log, refuses to start', async (t) => {
  const { disk, files } = await writtenLog();
  const renamed = disk.copy();
  const bytes = await disk.read(files[1]!);
  renamed.damage(files[2]!, () => bytes);
  await t.throwsAsync(openLog({ disk: renamed }), { name: 'LogCorrupted', message: /segment header does not read/ });

  const other = new SimulatedLogDisk(seededRandom(1));
  const { log } = await createLog({ disk: other, metadata: Buffer.from('MEMBER'), segmentBytes: 600 });
  for (const batch of batches) await new Promise<void>((resolve) => log.append(batch, () => resolve()));
  const foreign = await other.read(files[2]!);
  const mixed = disk.copy();
  mixed.damage(files[2]!, () => foreign);
  await t.throwsAsync(openLog({ disk: mixed }), { name: 'LogCorrupted', message: /belongs to another member/ });
});

test('random bytes are refused or, at the very end, cut; never taken for entries, never a crash', async (t) => {
  const random = seededRandom(5);
  const { disk, files } = await writtenLog();
  for (let round = 0; round < 300; round++) {
    const damaged = disk.copy();
    damaged.damage(files[random.below(files.length)]!, (content) => {
      if (random.below(4) === 0) return Buffer.from(Array.from({ length: random.below(200) }, () => random.below(256)));
      const from = random.below(content.length);
      const to = Math.min(content.length, from + 1 + random.below(300));
      for (let at = from; at < to; at++) content[at] = random.below(256);
      return content;
    });
    const result = await outcome(damaged);
    t.true(result instanceof LogCorrupted || result >= 0, `round ${round}: ${String(result)}`);
  }
});
