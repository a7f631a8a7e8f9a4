import { connect } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { silentLogger } from '../../../common/log.ts';
import { StartError } from '../../../common/runtime/role.ts';
import {
  type ListedMember,
  membersJson,
  openPeerPort,
  type PeerPort,
  type PeerPortOptions,
} from '../../../server/peer/peer-port.ts';

const members: ListedMember[] = [
  {
    id: 0x8e9e05c52164694dn,
    peerUrls: ['http://10.0.0.1:2380'],
    isLearner: false,
    name: 'infra1',
    clientUrls: ['http://10.0.0.1:2379'],
  },
  { id: 0xce1ac55777b620f9n, peerUrls: ['http://10.0.0.2:2380'], isLearner: true, name: '', clientUrls: [] },
];

async function opened(
  t: ExecutionContext,
  change: Partial<PeerPortOptions> = {},
): Promise<{ port: PeerPort; base: string }> {
  const port = await openPeerPort({
    addresses: [{ host: '127.0.0.1', port: 0 }],
    clusterId: 0xc1n,
    transport: { admit: () => ({ kind: 'refused', status: 404, headers: { 'x-test': 'yes' }, body: 'who?\n' }) },
    versions: () => ({ etcdserver: '3.6.0', etcdcluster: '3.6.0' }),
    members: () => members,
    log: silentLogger,
    ...change,
  });
  t.teardown(() => port.close());
  return { port, base: `http://127.0.0.1:${port.addresses[0]!.port}` };
}

/** The whole answer to raw bytes, until the server closes. */
function raw(port: PeerPort, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port.addresses[0]!.port, '127.0.0.1', () => socket.write(request));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

test('GET /version tells the versions', async (t) => {
  const { base } = await opened(t);
  const response = await fetch(`${base}/version`);
  t.is(response.status, 200);
  t.is(response.headers.get('content-type'), 'application/json');
  t.deepEqual(await response.json(), { etcdserver: '3.6.0', etcdcluster: '3.6.0' });
});

test('GET /members is etcd’s list, byte for byte, with the cluster id in its header', async (t) => {
  const { base } = await opened(t);
  const response = await fetch(`${base}/members`);
  t.is(response.status, 200);
  t.is(response.headers.get('x-etcd-cluster-id'), 'c1');
  t.is(response.headers.get('content-type'), 'application/json');
  t.is(
    await response.text(),
    '[{"id":10276657743932975437,"peerURLs":["http://10.0.0.1:2380"],"name":"infra1","clientURLs":["http://10.0.0.1:2379"]},' +
      '{"id":14851399700668883193,"peerURLs":["http://10.0.0.2:2380"],"isLearner":true}]\n',
  );
});

test('texts are escaped as Go does it', (t) => {
  const member = { ...members[1]!, name: 'a<b>&"', isLearner: false, peerUrls: [] };
  t.is(membersJson([member]), '[{"id":14851399700668883193,"peerURLs":[],"name":"a\\u003cb\\u003e\\u0026\\""}]');
  t.is(membersJson([]), '[]');
});

test('other methods and other paths get etcd’s answers', async (t) => {
  const { base } = await opened(t);
  const post = await fetch(`${base}/members`, { method: 'POST' });
  t.is(post.status, 405);
  t.is(post.headers.get('allow'), 'GET');
  t.is(await post.text(), 'Method Not Allowed\n');
  for (const path of ['/', '/raft', '/members/1', '/v3/kv/range']) {
    const response = await fetch(base + path);
    t.is(response.status, 404);
    t.is(await response.text(), '404 page not found\n');
  }
  t.is((await fetch(`${base}/rollcall/peer`)).status, 426);
});

test('a refused upgrade is answered and its connection closed', async (t) => {
  const { port } = await opened(t);
  const head = 'HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
  const refused = await raw(port, `GET /rollcall/peer ${head}`);
  t.regex(refused, /^HTTP\/1.1 404 Not Found\r\n/);
  t.regex(refused, /\r\nx-test: yes\r\n/);
  t.true(refused.endsWith('\r\n\r\nwho?\n'));
  t.true((await raw(port, `GET /elsewhere ${head}`)).endsWith('404 page not found\n'));
});

test('an upgrade that is no WebSocket handshake is answered 400', async (t) => {
  const accept = (): never => t.fail('accepted') as never;
  const { port } = await opened(t, { transport: { admit: () => ({ kind: 'accepted', headers: {}, accept }) } });
  const answer = await raw(
    port,
    'GET /rollcall/peer HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  );
  t.regex(answer, /^HTTP\/1.1 400 Bad Request\r\n/);
});

test('a taken port is a start error that names the address and the flag', async (t) => {
  const { port } = await opened(t);
  const address = port.addresses[0]!;
  const error = await t.throwsAsync(
    openPeerPort({
      addresses: [{ host: '127.0.0.1', port: 0 }, address],
      clusterId: 1n,
      transport: { admit: () => ({ kind: 'refused', status: 404, headers: {}, body: '' }) },
      versions: () => ({}),
      members: () => [],
      log: silentLogger,
    }),
    { instanceOf: StartError },
  );
  t.is(
    error!.message,
    `cannot listen on 127.0.0.1:${address.port}: the port is taken; choose another with --listen-peer-urls`,
  );
});

test('closing ends idle and half-open connections', async (t) => {
  const { port } = await opened(t);
  const idle = raw(port, 'GET /version HTTP/1.1\r\n');
  await fetch(`http://127.0.0.1:${port.addresses[0]!.port}/version`);
  await port.close();
  t.is(await idle, '');
});
