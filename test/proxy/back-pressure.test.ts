// A slow reader at one end must stop the source at the other, through two real HTTP/2 hops, instead of filling the proxy.

import test from 'ava';
import { SnapshotRequest, SnapshotResponse } from '../../common/api/generated/messages.ts';
import { createClient } from '../../common/client/cluster-client.ts';
import { consumeStream } from '../../common/client/service-stream.ts';
import { defaultValues } from '../../common/config/load-options.ts';
import { serveService } from '../../common/gateway/serve-service.ts';
import { silentLogger } from '../../common/log.ts';
import { realClock } from '../../common/runtime/real-clock.ts';
import { systemRandom } from '../../common/runtime/system-random.ts';
import { options, start } from '../../proxy/main.ts';
import { waitUntil } from '../common/client/debian-etcd.ts';
import { FakeEtcd } from '../common/client/fake-etcd.ts';

const environment = { clock: realClock, random: systemRandom, log: silentLogger };
const blobBytes = 64 * 1024;
const blobs = 2_000;
/** Two hops hold a window and a buffer each; far less than the 125 MiB of the whole stream. */
const heldBlobsMax = 400;

test('a snapshot that its reader does not take stops at the source, and completes once it is taken', async (t) => {
  const source = new FakeEtcd();
  let sent = 0;
  source.service.snapshot = (_call, out) => {
    const pump = (): void => {
      while (out.writable && sent < blobs) {
        sent++;
        out.send(SnapshotResponse.create({ blob: Buffer.alloc(blobBytes, sent) }));
      }
      if (sent === blobs) out.end();
    };
    out.onDrain(pump);
    return { message: pump, end: () => {}, cancel: () => {} };
  };
  const served = await serveService({
    ...environment,
    service: source.service,
    listen: [{ host: '127.0.0.1', port: 0 }],
    option: '--listen',
    health: { alarms: () => [], hasLeader: () => true, isLearner: () => false, read: () => {} },
    versions: () => ({ etcdserver: '3.6.0', etcdcluster: '3.6.0', storage: '3.6.0', rollcall: '0' }),
    metrics: () => '',
  });
  t.teardown(() => served.close(0));
  const endpoints = [`http://127.0.0.1:${served.addresses[0]!.port}`];
  const listenAddr = { host: '127.0.0.1', port: 0 };
  const role = await start({ ...defaultValues(options), endpoints, listenAddr, dialTimeout: 500 }, environment);
  t.teardown(() => role.stop());
  const client = createClient({ ...environment, endpoints: role.addresses[0]!.replace('clients ', '') });
  t.teardown(() => client.close());

  let received = 0;
  let outcome: string | undefined;
  const stream = consumeStream(
    (call, out) => client.snapshot(call, out),
    {},
    {
      message: ({ blob }) => {
        received += blob.length;
        if (received === blobBytes) stream.pause();
      },
      end: (error) => {
        outcome = error?.message ?? 'ended';
      },
    },
  );
  stream.send(SnapshotRequest.create());
  stream.endSending();
  await waitUntil('the first blob has arrived', () => received > 0);
  let before = -1;
  await waitUntil('the source stands still', async () => {
    const still = sent === before;
    before = sent;
    await new Promise((resolve) => setTimeout(resolve, 100));
    return still && sent === before;
  });
  t.true(sent < heldBlobsMax, `${sent} blobs of 64 KiB left the source`);
  stream.resume();
  await waitUntil('the stream has ended', () => outcome !== undefined);
  t.is(outcome, 'ended');
  t.is(received, blobs * blobBytes);
});
