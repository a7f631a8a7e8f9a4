// A process for tests to kill: appends entries to the log in its directory for ever, 1 to 20 at a time, and prints the
// index of each acknowledged append. Arguments: the directory, and how many appends are under way at once.

import * as fs from 'node:fs';
import { createLog, logExists, openLog } from '../../../../server/storage/wal/open-log.ts';
import { openWorkerLogDisk } from '../../../../server/storage/wal/worker-log-disk.ts';

const path = process.argv[2]!;
const disk = await openWorkerLogDisk({ path });
const options = { disk, segmentBytes: 20_000 };
const { log, entries, base } = (await logExists(disk))
  ? await openLog(options)
  : await createLog({ ...options, metadata: Buffer.from('writer') });

let next = (entries.at(-1) ?? base).index + 1;

function appendNext(): void {
  const count = 1 + (next % 20);
  const batch = Array.from({ length: count }, (_, position) => {
    const index = next + position;
    return { index, term: 1, kind: 'normal' as const, data: Buffer.alloc(index % 700, index) };
  });
  next += count;
  const last = next - 1;
  log.append({ entries: batch }, (error) => {
    if (error !== null) throw error;
    // Synchronous: once acknowledged, the line is out whatever happens next.
    fs.writeSync(1, `${last}\n`);
    appendNext();
  });
}

for (let inFlight = 0; inFlight < Number(process.argv[3]); inFlight++) appendNext();
