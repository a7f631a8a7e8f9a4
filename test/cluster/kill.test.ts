// A cluster of three processes whose members are killed again and again under writes: what was acknowledged is there,
// on every member, and the members hold the same.

import test from 'ava';
import { HashKVRequest, PutRequest, RangeRequest } from '../../common/api/generated/messages.ts';
import { outgoingCall } from '../../common/client/outgoing-call.ts';
import { TestCluster } from '../harness/cluster.ts';
import { until } from '../harness/rollcall.ts';

const kills = 6;
const writers = 8;

test('kill -9 of one member after another loses no acknowledged write', async (t) => {
  t.timeout(110_000);
  const cluster = await TestCluster.start(t, 3);
  const client = cluster.client();
  const acknowledged = new Map<string, string>();
  let writing = true;
  const write = async (writer: number): Promise<void> => {
    for (let n = 0; writing; n++) {
      const [key, value] = [`w${writer}/${n}`, `${writer}-${n}`];
      const request = PutRequest.create({ key: Buffer.from(key), value: Buffer.from(value) });
      // A refusal or a time-out leaves the write's fate open; only answers count.
      const answer = await Promise.resolve(client.put(request, outgoingCall({ timeoutMs: 2_000 }))).then(
        () => true,
        () => false,
      );
      if (answer) acknowledged.set(key, value);
    }
  };
  const running = Array.from({ length: writers }, (_, writer) => write(writer));
  for (let i = 0; i < kills; i++) {
    const before = acknowledged.size;
    const member = cluster.members[i % cluster.members.length]!;
    await until(
      () => acknowledged.size > before + 50,
      20_000,
      () => 'writes go on',
    );
    await member.process!.end('SIGKILL');
    const during = acknowledged.size;
    // The other two are a quorum: they elect a leader if it was this one, and go on.
    await until(
      () => acknowledged.size > during + 20,
      20_000,
      () => `writes go on without ${member.name}`,
    );
    await cluster.startMember(member);
  }
  writing = false;
  await Promise.all(running);
  t.true(acknowledged.size > 500);

  const hashes = new Set<string>();
  for (const member of cluster.members) {
    const own = cluster.client([member.endpoint]);
    const all = await own.range(
      RangeRequest.create({ key: Buffer.from('w'), rangeEnd: Buffer.from('x') }),
      outgoingCall({ timeoutMs: 20_000 }),
    );
    const values = new Map(all.kvs.map((kv) => [kv.key.toString(), kv.value.toString()]));
    const lost = [...acknowledged].filter(([key, value]) => values.get(key) !== value);
    t.deepEqual(lost, [], member.name);
    const hash = await own.hashKv(
      HashKVRequest.create({ revision: all.header!.revision }),
      outgoingCall({ timeoutMs: 20_000 }),
    );
    hashes.add(`${hash.hash} ${hash.hashRevision} ${hash.compactRevision}`);
  }
  t.is(hashes.size, 1, [...hashes].join('; '));
});
