import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { realClock } from '../../../common/runtime/real-clock.ts';
import { planJoin } from '../../../server/bootstrap/join-existing.ts';
import { nodeHttp } from '../../../server/bootstrap/node-http.ts';
import {
  decodeMembers,
  encodeMembers,
  fetchRemoteCluster,
  isBootstrapped,
  type RemoteMember,
} from '../../../server/bootstrap/remote-cluster.ts';
import { parseUrlsMap } from '../../../server/bootstrap/urls-map.ts';
import { refusal, World } from './world.ts';

function member(id: bigint, n: number, rest: Partial<RemoteMember> = {}): RemoteMember {
  const started = { name: `infra${n}`, clientUrls: [`http://10.0.0.${n}:2379`] };
  return { id, peerUrls: [`http://10.0.0.${n}:2380`], isLearner: false, ...started, ...rest };
}

const one = member(0x8e9e05c52164694dn, 1);
const two = member(0xfd422379fda50e48n, 2);
const added = member(0x91bc3c398fb3c146n, 3, { name: '', clientUrls: [] });

/** Two members that run and one that was added; `rest` takes the place of what they tell. */
function running(members: readonly RemoteMember[] = [one, two, added]): World {
  const world = new World();
  for (const n of [1, 2]) {
    const headers = new Map([['x-etcd-cluster-id', 'ef37ad9dc622a7c4']]);
    world.web.set(`GET http://10.0.0.${n}:2380/members`, { headers, body: encodeMembers(members) });
    world.web.set(`GET http://10.0.0.${n}:2380/version`, {
      body: '{"etcdserver":"3.6.0","etcdcluster":"3.6.0","rollcall":"0.1.0"}',
    });
  }
  return world;
}

const three = 'infra1=http://10.0.0.1:2380,infra2=http://10.0.0.2:2380,infra3=http://10.0.0.3:2380';
const local = { name: 'infra3', advertisePeerUrls: ['http://10.0.0.3:2380'] };

function join(world: World, cluster = three): ReturnType<typeof planJoin> {
  return world.clock.outcome(planJoin(local, parseUrlsMap(cluster, '--initial-cluster'), world));
}

test('a member list goes out and comes in with all 64 bits of its ids', (t) => {
  const text = encodeMembers([two, { ...added, isLearner: true }]);
  t.is(
    text,
    '[{"id":18249187646912138824,"peerURLs":["http://10.0.0.2:2380"],"name":"infra2","clientURLs":["http://10.0.0.2:2379"]},' +
      '{"id":10501334649042878790,"peerURLs":["http://10.0.0.3:2380"],"isLearner":true}]\n',
  );
  t.deepEqual(decodeMembers(text), [{ ...added, isLearner: true }, two]);
});

test('a name that looks like an id is left alone', (t) => {
  const odd = { ...one, name: 'x","id":7,"y' };
  t.deepEqual(decodeMembers(encodeMembers([odd])), [odd]);
});

test('a joining member takes its id, and the ids of all, from the cluster', async (t) => {
  const plan = await join(running());
  t.is(plan.memberId, added.id);
  t.is(plan.clusterId, 0xef37ad9dc622a7c4n);
  t.false(plan.isLearner);
  t.deepEqual(
    plan.members.map(({ id, name }) => [id, name]),
    [
      [one.id, 'infra1'],
      [added.id, ''],
      [two.id, 'infra2'],
    ],
  );
});

test('a joining learner knows that it is one', async (t) => {
  t.true((await join(running([one, two, { ...added, isLearner: true }]))).isLearner);
});

test('members are matched by where their URLs lead, and a peer that is down is passed over', async (t) => {
  const world = running();
  world.web.delete('GET http://10.0.0.1:2380/members');
  world.web.delete('GET http://10.0.0.1:2380/version');
  world.hosts.set('n1.example', ['10.0.0.1']);
  t.is((await join(world, three.replace('10.0.0.1', 'n1.example'))).memberId, added.id);
});

test('a list of another length than the cluster is refused with what the cluster is', async (t) => {
  t.is(
    await refusal(() => join(running([one, two]))),
    'StartError: error validating peerURLs {ClusterID:ef37ad9dc622a7c4 Members:[' +
      '&{ID:8e9e05c52164694d RaftAttributes:{PeerURLs:[http://10.0.0.1:2380] IsLearner:false} Attributes:{Name:infra1 ClientURLs:[http://10.0.0.1:2379]}} ' +
      '&{ID:fd422379fda50e48 RaftAttributes:{PeerURLs:[http://10.0.0.2:2380] IsLearner:false} Attributes:{Name:infra2 ClientURLs:[http://10.0.0.2:2379]}}' +
      '] RemovedMemberIDs:[]}: the member count is unequal: the cluster has 2, --initial-cluster 3',
  );
});

test('a member whose URLs are not in the list is refused by its id', async (t) => {
  const moved = { ...added, peerUrls: ['http://10.0.0.4:2380'] };
  t.regex(
    await refusal(() => join(running([one, two, moved]))),
    /unmatched member while checking PeerURLs: no match found for existing member \(91bc3c398fb3c146, \[http:\/\/10\.0\.0\.4:2380\]\), last resolver error \(resolved urls: /,
  );
});

test('a cluster that nobody tells about is refused', async (t) => {
  t.is(
    await refusal(() => join(new World())),
    'StartError: cannot fetch cluster info from peer urls: could not retrieve cluster information from the given URLs',
  );
});

test('a member that has run before does not join again without its data', async (t) => {
  t.regex(
    await refusal(() => join(running([one, two, member(added.id, 3)]))),
    /member 91bc3c398fb3c146 has already been bootstrapped.*rollcall member remove 91bc3c398fb3c146, rollcall member add infra3 --peer-urls=http:\/\/10\.0\.0\.3:2380/,
  );
});

test("a cluster of etcd's own members is refused, as their peer protocol is another", async (t) => {
  const world = running();
  world.web.set('GET http://10.0.0.2:2380/version', { body: '{"etcdserver":"3.4.23","etcdcluster":"3.4.0"}' });
  t.regex(
    await refusal(() => join(world)),
    /^StartError: incompatible with current running cluster: http:\/\/10\.0\.0\.2:2380 is etcd 3\.4\.23/,
  );
});

test('answers that are no member list are passed over with a warning each', async (t) => {
  const world = new World();
  world.web.set('GET http://a:1/members', { body: '404 page not found' });
  world.web.set('GET http://b:1/members', { body: '[]' });
  world.web.set('GET http://c:1/members', {
    headers: new Map([['x-etcd-cluster-id', '1f']]),
    body: encodeMembers([one]),
  });
  const { clusterId, members } = await fetchRemoteCluster(['http://c:1', 'http://a:1', 'http://b:1'], world);
  t.deepEqual([clusterId, members], [0x1fn, [one]]);
  t.is(world.logged('failed to get the member list from a peer').length, 2);
});

test('a member counts as bootstrapped once any peer knows client URLs of it', async (t) => {
  const world = running();
  const peers = ['http://10.0.0.9:2380', 'http://10.0.0.2:2380'];
  t.true(await isBootstrapped(one.id, peers, world));
  t.false(await isBootstrapped(added.id, peers, world));
  t.false(await isBootstrapped(7n, peers, world));
  t.false(await isBootstrapped(one.id, ['http://10.0.0.9:2380'], world));
});

test('over real HTTP, a whole answer arrives, and one that does not come in time is given up', async (t) => {
  const server = createServer((request, response) => {
    if (request.url === '/members')
      response.setHeader('X-Etcd-Cluster-ID', 'ef37ad9dc622a7c4').end(encodeMembers([one]));
    else response.write('[');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = nodeHttp({ clock: realClock });
  const world = new World();
  const { members } = await fetchRemoteCluster([url], {
    ...world,
    clock: world.clock,
    names: world.names,
    log: world.log,
    http,
  });
  t.deepEqual(members, [one]);
  t.is(
    await refusal(() => http({ method: 'GET', url: `${url}/slow`, timeoutMs: 50 })),
    `Error: no answer from ${url}/slow within 50 ms`,
  );
});
