// Members that may not come (back): without their data, removed, or of another cluster. Both sides say why.

import { rmSync } from 'node:fs';
import test from 'ava';
import { PutRequest } from '../../common/api/generated/messages.ts';
import { outgoingCall } from '../../common/client/outgoing-call.ts';
import { TestCluster } from '../harness/cluster.ts';
import { spawnRollcall, until } from '../harness/rollcall.ts';

const call = () => outgoingCall({ timeoutMs: 10_000 });
const put = (key: string) => PutRequest.create({ key: Buffer.from(key), value: Buffer.from('v') });

test('a member that lost its disk is refused, with the commands that replace it', async (t) => {
  t.timeout(60_000);
  const cluster = await TestCluster.start(t, 3);
  const client = cluster.client();
  for (let i = 0; i < 20; i++) await client.put(put(`k${i}`), call());
  const lost = cluster.members[2]!;
  await lost.process!.end('SIGKILL');
  rmSync(lost.directory, { recursive: true });

  // As a founder it would found the cluster anew: refused by etcd's own check.
  const args = (state: string) => [
    'server',
    `--name=${lost.name}`,
    `--data-dir=${lost.directory}`,
    `--listen-client-urls=${lost.endpoint}`,
    `--advertise-client-urls=${lost.endpoint}`,
    `--listen-peer-urls=${lost.peerUrl}`,
    `--initial-advertise-peer-urls=${lost.peerUrl}`,
    `--initial-cluster=${cluster.members.map(({ name, peerUrl }) => `${name}=${peerUrl}`).join(',')}`,
    `--initial-cluster-state=${state}`,
  ];
  const founder = spawnRollcall(t, args('new'));
  t.is((await founder.ended).code, 1);
  // Or, where the others did not answer in time, by what the leader says of it.
  t.regex(founder.output(), /has already been bootstrapped|it lost its data/);

  // As a joiner it would vote with an empty memory.
  rmSync(lost.directory, { recursive: true, force: true });
  const joiner = spawnRollcall(t, args('existing'));
  t.is((await joiner.ended).code, 1);
  t.regex(
    joiner.output(),
    /what it acknowledged is lost\. Replace it: rollcall member remove [0-9a-f]+, rollcall member add n2|it lost its data/,
  );
  await client.put(put('still'), call());
});

test('a node of another cluster is refused on both sides', async (t) => {
  t.timeout(60_000);
  const cluster = await TestCluster.start(t, 1);
  const [member] = cluster.members;
  const stranger = await cluster.addMember('stranger');
  const running = spawnRollcall(t, [
    'server',
    '--name=stranger',
    `--data-dir=${stranger.directory}`,
    `--listen-client-urls=${stranger.endpoint}`,
    `--advertise-client-urls=${stranger.endpoint}`,
    `--listen-peer-urls=${stranger.peerUrl}`,
    `--initial-advertise-peer-urls=${stranger.peerUrl}`,
    `--initial-cluster=stranger=${stranger.peerUrl},n0=${member!.peerUrl}`,
    '--initial-cluster-token=another',
  ]);
  await until(
    () => /cluster ID mismatch/i.test(running.output()),
    20_000,
    () => running.output(),
  );
  await until(
    () => /cluster ID mismatch/i.test(member!.process!.output()),
    20_000,
    () => member!.process!.output(),
  );
  t.deepEqual(await running.end('SIGTERM'), { code: 0, signal: null });
});
