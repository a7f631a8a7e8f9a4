import test, { type ExecutionContext } from 'ava';
import { jsonBytesMax } from '../../../common/gateway/gateway.ts';
import { base64, rawConnection, startServer, type TestServer, until } from './gateway-server.ts';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function post(
  server: TestServer,
  path: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(server.url + path, { method: 'POST', body, headers });
  return { status: response.status, body: await response.json() };
}

async function refused(
  t: ExecutionContext,
  server: TestServer,
  path: string,
  body: string,
  expected: { status: number; code: number; message: string },
) {
  const { status, code, message } = expected;
  t.deepEqual(await post(server, path, body), { status, body: { code, message, details: [] } });
}

const header = (revision: string) => ({
  cluster_id: '14841639068965178418',
  member_id: '10276657743932975437',
  revision,
  raft_term: '2',
});

test('a put and a range pass through as JSON', async (t) => {
  const server = await startServer(t);
  t.deepEqual(await post(server, '/v3/kv/put', `{"key":"${base64('foo')}","value":"${base64('bar')}"}`), {
    status: 200,
    body: { header: header('2') },
  });
  t.deepEqual(await post(server, '/v3/kv/range', `{"key":"${base64('foo')}"}`), {
    status: 200,
    body: {
      header: header('2'),
      kvs: [{ key: base64('foo'), create_revision: '2', mod_revision: '2', version: '1', value: base64('bar') }],
      count: '1',
    },
  });
});

test('the paths of etcd 3.2 and 3.3 lead to the same calls, and a query is ignored', async (t) => {
  const server = await startServer(t);
  for (const path of ['/v3beta/kv/range', '/v3alpha/kv/range', '/v3/kv/range?x=1']) {
    t.is((await post(server, path, `{"key":"${base64('k')}"}`)).status, 200, path);
  }
});

test('an error of the service has its code, its message and the HTTP status of the code', async (t) => {
  const server = await startServer(t);
  await refused(t, server, '/v3/kv/put', '{}', { status: 400, code: 3, message: 'etcdserver: key is not provided' });
  await refused(t, server, '/v3/kv/put', `{"key":"${base64('rejected')}"}`, {
    status: 429,
    code: 8,
    message: 'etcdserver: mvcc: database space exceeded',
  });
  await refused(t, server, '/v3/kv/put', `{"key":"${base64('broken')}"}`, {
    status: 500,
    code: 2,
    message: 'a programming mistake',
  });
  await refused(t, server, '/v3/cluster/member/list', '', {
    status: 501,
    code: 12,
    message: 'memberList is not part of the fake',
  });
});

test('a service that answers with no message at all is reported, not waited for', async (t) => {
  const server = await startServer(t);
  const answer = await post(server, '/v3/kv/put', `{"key":"${base64('no message')}"}`);
  t.is(answer.status, 500);
  t.like(answer.body, { code: 2 });
});

test('an unauthenticated call gets a WWW-Authenticate header with its 401', async (t) => {
  const server = await startServer(t);
  const response = await fetch(`${server.url}/v3/kv/put`, {
    method: 'POST',
    body: `{"key":"${base64('unauthenticated')}"}`,
  });
  t.is(response.status, 401);
  t.is(response.headers.get('www-authenticate'), 'etcdserver: invalid auth token');
});

test('an unknown path is 404 and a wrong method 501, as grpc-gateway answers them', async (t) => {
  const server = await startServer(t);
  await refused(t, server, '/v3/nope', '{}', { status: 404, code: 5, message: 'Not Found' });
  await refused(t, server, '/', '{}', { status: 404, code: 5, message: 'Not Found' });
  for (const path of ['/v3/kv/put', '/v3/watch']) {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const response = await fetch(server.url + path, { method });
      t.is(response.status, 501);
      t.deepEqual(await response.json(), { code: 12, message: 'Method Not Allowed', details: [] });
    }
  }
});

test('malformed JSON is 400 and says where', async (t) => {
  const server = await startServer(t);
  const bodies: [string, string][] = [
    ['{', 'json: line 1 column 2: expected a field name in double quotes, found the end of the input'],
    ['nonsense', 'json: line 1 column 1: expected etcdserverpb.PutRequest as an object, found nonsense'],
    ['{"key":1}', 'json: line 1 column 8: expected etcdserverpb.PutRequest.key as base64 text, found 1'],
    ['{"key":"Zg=="}\n{}', 'json: line 2 column 1: expected the end of the input, found an object'],
  ];
  for (const [body, message] of bodies) await refused(t, server, '/v3/kv/put', body, { status: 400, code: 3, message });
});

test('a body over the limit is refused with etcd’s words, whether its length is declared or not', async (t) => {
  const server = await startServer(t, { maxRequestBytes: 1000 });
  const limit = jsonBytesMax(1000);
  const fitting = `{"key":"${base64('k')}"${' '.repeat(limit - 14)}}`;
  t.is((await post(server, '/v3/kv/put', fitting)).status, 200);
  const expected = { status: 413, body: { code: 3, message: 'etcdserver: request is too large', details: [] } };
  t.deepEqual(await post(server, '/v3/kv/put', `${fitting}${' '.repeat(20)}`), expected);

  const chunked = await rawConnection(t, server.port);
  chunked.send('POST /v3/kv/put HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
  const chunk = 'x'.repeat(100_000);
  for (let sent = 0; sent <= limit; sent += chunk.length) chunked.send(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
  await until('the refusal', () => chunked.received().includes('request is too large'));
  t.true(chunked.received().startsWith('HTTP/1.1 413 '));
  // The connection goes on once the rest of the body has come.
  chunked.send(`0\r\n\r\nPOST /v3/kv/range HTTP/1.1\r\nHost: x\r\nContent-Length: 14\r\n\r\n{"key":"Zg=="}`);
  await until('the next answer', () => chunked.received().includes('HTTP/1.1 200 OK'));
});

test('pipelined requests are answered in order', async (t) => {
  const server = await startServer(t);
  const connection = await rawConnection(t, server.port);
  const body = `{"key":"${base64('k')}"}`;
  const request = `POST /v3/kv/put HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  connection.send(request.repeat(5));
  await until('five answers', () => connection.received().split('"revision"').length === 6);
  t.deepEqual(
    [...connection.received().matchAll(/"revision":"(\d+)"/g)].map((match) => match[1]),
    ['2', '3', '4', '5', '6'],
  );
});

test('a client that ends its side after the request still gets the answer', async (t) => {
  const server = await startServer(t);
  const connection = await rawConnection(t, server.port);
  connection.send('POST /v3/kv/range HTTP/1.0\r\nContent-Length: 14\r\n\r\n{"key":"Zg=="}');
  connection.socket.end();
  await until('the answer and the end', () => connection.closed());
  t.regex(connection.received(), /^HTTP\/1\.1 200 OK/);
});

test('a client that goes away cancels its call', async (t) => {
  const server = await startServer(t);
  const connection = await rawConnection(t, server.port);
  const body = `{"key":"${base64('wait')}"}`;
  connection.send(`POST /v3/kv/put HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  await until('the call', () => server.service.waiting === 1);
  t.is(server.service.cancelled, 0);
  connection.socket.destroy();
  await until('the cancellation', () => server.service.cancelled === 1);
  t.notThrows(() => server.service.release());
});

test('Grpc-Timeout bounds a call', async (t) => {
  const server = await startServer(t);
  const body = `{"key":"${base64('wait')}"}`;
  t.deepEqual(await post(server, '/v3/kv/put', body, { 'grpc-timeout': '20m' }), {
    status: 504,
    body: { code: 4, message: 'context deadline exceeded', details: [] },
  });
  t.is(server.service.cancelled, 1);
  t.deepEqual(await post(server, '/v3/kv/put', body, { 'grpc-timeout': 'soon' }), {
    status: 400,
    body: { code: 3, message: 'invalid grpc-timeout: soon', details: [] },
  });
});

test('Authorization and Grpc-Metadata headers become metadata', async (t) => {
  const server = await startServer(t);
  await post(server, '/v3/kv/range', `{"key":"${base64('k')}"}`, {
    authorization: 'Bearer abc.1',
    'grpc-metadata-hasleader': 'true',
  });
  await post(server, '/v3/kv/range', `{"key":"${base64('k')}"}`, { authorization: 'abc.2' });
  t.deepEqual(
    server.service.seen.map((metadata) => [
      metadata.get('token'),
      metadata.get('authorization'),
      metadata.get('hasleader'),
    ]),
    [
      ['abc.1', 'Bearer abc.1', 'true'],
      ['abc.2', 'abc.2', undefined],
    ],
  );
});

test('without origins there are no CORS headers; with some, those origins get them', async (t) => {
  const closed = await startServer(t);
  const ask = (server: TestServer, origin: string) =>
    fetch(`${server.url}/v3/kv/put`, { method: 'OPTIONS', headers: { origin } });
  t.is((await ask(closed, 'https://a.example')).headers.get('access-control-allow-origin'), null);

  const some = await startServer(t, { corsOrigins: ['https://a.example'] });
  const preflight = await ask(some, 'https://a.example');
  t.is(preflight.status, 200);
  t.is(preflight.headers.get('access-control-allow-origin'), 'https://a.example');
  t.is(preflight.headers.get('access-control-allow-methods'), 'POST, GET, OPTIONS, PUT, DELETE');
  t.is(preflight.headers.get('access-control-allow-headers'), 'accept, content-type, authorization');
  t.is((await ask(some, 'https://b.example')).headers.get('access-control-allow-origin'), null);

  const all = await startServer(t, { corsOrigins: ['*'] });
  const answer = await fetch(`${all.url}/v3/kv/range`, { method: 'POST', body: `{"key":"${base64('k')}"}` });
  t.is(answer.headers.get('access-control-allow-origin'), '*');
});

test('a role can add routes', async (t) => {
  const server = await startServer(t, {
    routes: (router) => {
      router.get('/v1/agent/self', (context) => {
        context.body = { hello: 'agent' };
      });
      router.get('/broken', () => {
        throw new Error('a route of the role failed');
      });
    },
  });
  t.deepEqual(await (await fetch(`${server.url}/v1/agent/self`)).json(), { hello: 'agent' });
  const broken = await fetch(`${server.url}/broken`);
  t.is(broken.status, 500);
  t.deepEqual(await broken.json(), { code: 2, message: 'a route of the role failed', details: [] });
});

const brokenHttp: [title: string, bytes: string, answer: RegExp][] = [
  ['a request line that is none', 'hello there\r\n\r\n', /^HTTP\/1\.1 400 Bad Request[\s\S]*malformed HTTP request/],
  [
    'a header line that is none',
    'GET / HTTP/1.1\r\nHost x\r\n\r\n',
    /^HTTP\/1\.1 400 Bad Request[\s\S]*malformed HTTP request/,
  ],
  [
    'a content length that is no number',
    'POST /v3/kv/put HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n',
    /^HTTP\/1\.1 400 Bad Request/,
  ],
  [
    'headers without end',
    `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`,
    /^HTTP\/1\.1 431 [\s\S]*larger than 32768 bytes/,
  ],
  [
    'a chunk length that is none',
    'POST /v3/kv/put HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    /^HTTP\/1\.1 400 Bad Request/,
  ],
];

for (const [title, bytes, answer] of brokenHttp) {
  test(`${title} gets an error and the connection is closed`, async (t) => {
    const server = await startServer(t);
    const connection = await rawConnection(t, server.port);
    connection.send(bytes);
    await until('the connection to close', () => connection.closed());
    t.regex(connection.received(), answer);
    t.is((await post(server, '/v3/kv/range', '{"key":"Zg=="}')).status, 200);
  });
}

test('an offer to upgrade to HTTP/2 is ignored and the request answered', async (t) => {
  const server = await startServer(t);
  const connection = await rawConnection(t, server.port);
  const body = '{"key":"Zg=="}';
  connection.send(
    `POST /v3/kv/range HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`,
  );
  await until('the answer', () => connection.received().includes('"revision"'));
  t.regex(connection.received(), /^HTTP\/1\.1 200 OK/);
  connection.send(`POST /v3/kv/range HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  await until('the next answer', () => connection.received().split('"revision"').length === 3);
});
