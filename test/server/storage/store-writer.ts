// A process for tests to kill: writes batches of 50 rows for ever, three under way at once, flushes now and then, and
// prints the number of each acknowledged batch. Every row of batch n carries n.

import * as fs from 'node:fs';
import { openRocksdbStore } from '../../../server/storage/rocksdb-store.ts';

const store = await openRocksdbStore({ path: process.argv[2]! });
let next = Number(process.argv[3]);

async function writeForEver(): Promise<void> {
  for (;;) {
    const batch = next++;
    const value = Buffer.alloc(200);
    value.writeUInt32BE(batch);
    await store.write(
      Array.from({ length: 50 }, (_, row) => ({
        kind: 'put' as const,
        key: Buffer.from(`row ${String(row).padStart(2, '0')} of ${String(batch).padStart(8, '0')}`),
        value,
      })),
    );
    fs.writeSync(1, `${batch}\n`);
    if (batch % 40 === 0) await store.flush();
  }
}

await Promise.all([writeForEver(), writeForEver(), writeForEver()]);
