// What the peer transport carries between two members in one process, over loopback: `node dist/test/server/peer/peer-bench.js`.
// Both ends share one thread, so two real members do better.

import { silentLogger } from '../../../common/log.ts';
import { realClock } from '../../../common/runtime/real-clock.ts';
import { systemRandom } from '../../../common/runtime/system-random.ts';
import { defaultPeerLimits } from '../../../server/peer/limits.ts';
import { openPeerPort } from '../../../server/peer/peer-port.ts';
import { PeerTransport } from '../../../server/peer/peer-transport.ts';
import { webSocketDial } from '../../../server/peer/web-socket.ts';
import { append1, heartbeat } from './peer-messages.ts';

interface Member {
  readonly transport: PeerTransport;
  readonly url: string;
  readonly received: { count: number };
  close(): Promise<void>;
}

async function start(id: bigint): Promise<Member> {
  const received = { count: 0 };
  const transport = new PeerTransport({
    self: { memberId: id, clusterId: 1n, name: `m${id}`, peerUrls: [] },
    serverVersion: '0.1.0',
    logIndex: () => 0,
    clock: realClock,
    random: systemRandom,
    log: silentLogger,
    dial: webSocketDial(defaultPeerLimits),
    handlers: {
      message: () => {
        received.count++;
      },
      unreachable: () => {},
      removedFromCluster: () => {},
      snapshot: () => Promise.reject(new Error('no snapshots here')),
    },
  });
  const port = await openPeerPort({
    addresses: [{ host: '127.0.0.1', port: 0 }],
    clusterId: 1n,
    transport,
    versions: () => ({}),
    members: () => [],
    log: silentLogger,
  });
  const close = async (): Promise<void> => {
    transport.close();
    await port.close();
  };
  return { transport, received, url: `http://127.0.0.1:${port.addresses[0]!.port}`, close };
}

const [one, two] = [await start(1n), await start(2n)];
const peers = new Map([
  [1n, [one.url]],
  [2n, [two.url]],
]);
for (const { transport } of [one, two]) transport.setPeers({ membershipIndex: 1, peers, isRemoved: () => false });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
while (one.transport.connectedSinceMs(2n) === undefined) await turn();

/** Sends `total` messages, `window` of them under way at most. */
async function run(name: string, total: number, window: number, bytes: number): Promise<void> {
  const data = Buffer.alloc(bytes, 1);
  const before = two.received.count;
  const startMs = realClock.monotonicMs();
  for (let sent = 0; two.received.count - before < total; ) {
    while (sent < total && sent - (two.received.count - before) < window) {
      sent++;
      one.transport.send(2n, bytes === 0 ? heartbeat(sent) : append1(sent, data));
    }
    one.transport.flush();
    await turn();
  }
  const seconds = (realClock.monotonicMs() - startMs) / 1000;
  const megabytes = (total * bytes) / seconds / 1e6;
  console.log(`${name}: ${Math.round(total / seconds)} messages/s, ${megabytes.toFixed(0)} MB/s`);
}

for (let pass = 0; pass < 2; pass++) {
  await run('heartbeats, 256 a turn', 500_000, 256, 0);
  await run('appends of 256 B, 256 a turn', 300_000, 256, 256);
  await run('appends of 64 KiB, 64 a turn', 20_000, 64, 65_536);
  await run('one heartbeat at a time', 20_000, 1, 0);
}
await Promise.all([one.close(), two.close()]);
