// Members that missed more than the others keep in memory: they are sent the state itself.

import test, { type ExecutionContext } from 'ava';
import {
  HashKVRequest,
  type Member,
  MemberAddRequest,
  MemberListRequest,
  MemberPromoteRequest,
  MemberRemoveRequest,
  PutRequest,
  StatusRequest,
} from '../../common/api/generated/messages.ts';
import type { Service } from '../../common/api/generated/service.ts';
import { outgoingCall } from '../../common/client/outgoing-call.ts';
import { type ClusterMember, TestCluster } from '../harness/cluster.ts';
import { until } from '../harness/rollcall.ts';

const call = () => outgoingCall({ timeoutMs: 10_000 });

/** One log entry for each: a put leaves when the one before it is answered. */
async function putOneByOne(service: Service, count: number, prefix: string): Promise<void> {
  const lanes = 2;
  const lane = async (first: number): Promise<void> => {
    for (let i = first; i < count; i += lanes) {
      const request = PutRequest.create({ key: Buffer.from(`${prefix}${i % 500}`), value: Buffer.from(String(i)) });
      // A write whose leader died under it may or may not have happened; these may happen twice.
      await until(
        () =>
          Promise.resolve(service.put(request, call())).then(
            () => true,
            () => false,
          ),
        30_000,
      );
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, i) => lane(i)));
}

async function hashOf(cluster: TestCluster, member: ClusterMember): Promise<string> {
  const { hash, hashRevision } = await cluster.client([member.endpoint]).hashKv(HashKVRequest.create(), call());
  return `${hash} at ${hashRevision}`;
}

async function sameEverywhere(t: ExecutionContext, cluster: TestCluster, members = cluster.members): Promise<void> {
  let hashes: string[] = [];
  await until(
    async () => {
      hashes = await Promise.all(
        members.map((member) => hashOf(cluster, member).catch((error: Error) => error.message)),
      );
      return new Set(hashes).size === 1;
    },
    30_000,
    () => hashes.join('; '),
  );
  t.regex(hashes[0]!, /^\d+ at \d+$/);
}

/** Asks for a change until it has happened: an answer may be lost with the leader that gave it, and asking twice is refused. */
async function change(
  service: Service,
  ask: () => unknown,
  happened: (members: readonly Member[]) => boolean,
): Promise<void> {
  await until(async () => {
    await Promise.resolve(ask()).catch(() => undefined);
    const list = await Promise.resolve(
      service.memberList(MemberListRequest.create({ linearizable: true }), call()),
    ).catch(() => undefined);
    return list !== undefined && happened(list.members);
  }, 40_000);
}

test('a member that was away for long is brought up to date by a snapshot, and serves', async (t) => {
  t.timeout(110_000);
  const cluster = await TestCluster.start(t, 3);
  const [first, , away] = cluster.members;
  const client = cluster.client([first!.endpoint]);
  await putOneByOne(client, 100, 'before/');
  await away!.process!.end('SIGKILL');
  // More entries than the leader keeps for followers that are a little behind.
  await putOneByOne(client, 14_000, 'k/');
  await cluster.startMember(away!);
  await sameEverywhere(t, cluster);
  t.regex(away!.process!.output(), /installed a snapshot/);
  await cluster
    .client([away!.endpoint])
    .put(PutRequest.create({ key: Buffer.from('through'), value: Buffer.from('it') }), call());
  await away!.process!.end('SIGKILL');
  await cluster.startMember(away!);
  await sameEverywhere(t, cluster);
});

test('a learner joins, is promoted, and takes the place of a member that is removed', async (t) => {
  t.timeout(110_000);
  const cluster = await TestCluster.start(t, 3);
  const client = cluster.client();
  await putOneByOne(client, 300, 'k/');
  const added = await cluster.addMember('n3');
  const answer = await client.memberAdd(
    MemberAddRequest.create({ peerUrls: [added.peerUrl], isLearner: true }),
    call(),
  );
  const id = answer.member!.id;
  await cluster.startMember(added, ['--initial-cluster-state=existing']);
  const learner = cluster.client([added.endpoint]);
  await until(
    async () => (await learner.status(StatusRequest.create(), call())).isLearner,
    20_000,
    () => 'it is a learner',
  );
  await t.throwsAsync(async () => learner.hashKv(HashKVRequest.create(), call()), {
    message: /not supported for learner/,
  });
  const leader = await client.status(StatusRequest.create(), call());
  await until(
    async () => (await learner.status(StatusRequest.create(), call())).raftAppliedIndex >= leader.raftAppliedIndex,
    20_000,
    () => 'it has caught up',
  );
  await change(
    client,
    () => client.memberPromote(MemberPromoteRequest.create({ id }), call()),
    (members) => members.some((member) => member.id === id && !member.isLearner),
  );
  await sameEverywhere(t, cluster);

  const gone = cluster.members[0]!;
  const goneId = (await cluster.client([gone.endpoint]).status(StatusRequest.create(), call())).header!.memberId;
  const rest = cluster.members.filter((member) => member !== gone);
  const restClient = cluster.client(rest.map((member) => member.endpoint));
  await change(
    restClient,
    () => restClient.memberRemove(MemberRemoveRequest.create({ id: goneId }), call()),
    (members) => members.every((member) => member.id !== goneId),
  );
  await gone.process!.ended;
  t.regex(gone.process!.output(), /permanently removed from the cluster/);
  await putOneByOne(restClient, 50, 'after/');
  await sameEverywhere(t, cluster, rest);
  const status = await cluster.client([added.endpoint]).status(StatusRequest.create(), call());
  t.false(status.isLearner);
});
