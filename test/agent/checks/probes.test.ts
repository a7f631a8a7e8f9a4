import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { type HttpTarget, httpCheckStatus, httpProbe } from '../../../agent/checks/http-probe.ts';
import type { ProbeResult } from '../../../agent/checks/probe.ts';
import { tcpProbe } from '../../../agent/checks/tcp-probe.ts';

async function httpServer(t: ExecutionContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function probe(
  url: string,
  target: Partial<HttpTarget> = {},
  signal = new AbortController().signal,
): Promise<ProbeResult> {
  const plain = { method: 'GET', headers: {}, body: '', tlsSkipVerify: false, followRedirects: true };
  return httpProbe({ url, ...plain, ...target })(signal);
}

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('2xx is passing, 429 is warning, everything else is critical', (t) => {
  const codes = { 199: 'critical', 200: 'passing', 204: 'passing', 299: 'passing', 300: 'critical', 404: 'critical' };
  for (const [code, status] of Object.entries({ ...codes, 429: 'warning', 500: 'critical', 503: 'critical' })) {
    t.is(httpCheckStatus(Number(code)), status as never, code);
  }
});

test('an HTTP probe reports the status line, and the body to the local API', async (t) => {
  const url = await httpServer(t, (_, response) => response.writeHead(503, 'Service Unavailable').end('no database'));
  t.deepEqual(await probe(`${url}/healthz`), {
    status: 'critical',
    summary: '503 Service Unavailable',
    output: `HTTP GET ${url}/healthz: 503 Service Unavailable Output: no database`,
  });
});

test('an HTTP probe sends method, headers and body', async (t) => {
  let seen = '';
  const url = await httpServer(t, async (request, response) => {
    for await (const chunk of request) seen += chunk;
    seen += ` ${request.method} ${request.headers['x-token']} ${request.headers.host}`;
    response.end();
  });
  const headers = { 'X-Token': ['secret'], Host: ['web.example'] };
  await probe(url, { method: 'POST', headers, body: '{"ping":1}' });
  t.is(seen, '{"ping":1} POST secret web.example');
});

test('the output of an HTTP probe is cut at 4 KiB, and an endless body does not hold it up', async (t) => {
  const url = await httpServer(t, (_, response) => {
    const pump = (): void => {
      while (response.write('x'.repeat(1000)));
    };
    response.on('drain', pump);
    pump();
  });
  const result = await probe(url);
  t.is(result.status, 'passing');
  t.is(Buffer.byteLength(result.output), 4096);
});

test('redirects of GET are followed, without own headers to another origin', async (t) => {
  const other = await httpServer(t, (request, response) => {
    response.writeHead(request.headers['x-token'] === undefined ? 200 : 500).end();
  });
  const url = await httpServer(t, (request, response) => {
    if (request.url === '/') response.writeHead(302, { location: '/second' }).end();
    else response.writeHead(request.headers['x-token'] === 'secret' ? 307 : 500, { location: `${other}/` }).end();
  });
  const headers = { 'x-token': ['secret'] };
  t.is((await probe(url, { headers })).summary, '200 OK');
  t.is((await probe(url, { headers, followRedirects: false })).status, 'critical');
  t.is((await probe(url, { headers, method: 'POST' })).summary, '302 Found');
});

test('a redirect in a circle ends as critical', async (t) => {
  let requests = 0;
  const url = await httpServer(t, (_, response) => {
    requests++;
    response.writeHead(302, { location: '/' }).end();
  });
  const result = await probe(url);
  t.is(result.status, 'critical');
  t.is(result.summary, `HTTP GET ${url}: more than 10 redirects`);
  t.is(requests, 11);
});

test('a refused connection and a name that does not resolve say so, with address and without credentials', async (t) => {
  const port = await closedPort();
  const refused = await probe(`http://user:password@127.0.0.1:${port}/x`);
  t.is(refused.status, 'critical');
  t.is(refused.summary, `HTTP GET http://127.0.0.1:${port}/x: connect ECONNREFUSED 127.0.0.1:${port}`);
  const unknown = await probe('http://nowhere.invalid/');
  t.is(unknown.status, 'critical');
  t.regex(unknown.summary, /^HTTP GET http:\/\/nowhere\.invalid\/: getaddrinfo E\w+ nowhere\.invalid$/);
});

test('an aborted HTTP probe settles at once', async (t) => {
  const url = await httpServer(t, () => {});
  const controller = new AbortController();
  const result = probe(url, {}, controller.signal);
  controller.abort();
  t.is((await result).status, 'critical');
});

test('an answer that is not HTTP is critical', async (t) => {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.end('SSH-2.0-OpenSSH_9.2\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const result = await probe(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  t.is(result.status, 'critical');
  t.regex(result.summary, /Parse Error/);
});

test('a TCP probe passes when the connection is accepted, and names the address when it is not', async (t) => {
  const server = createTcpServer((socket) => socket.on('error', () => {}).resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const { signal } = new AbortController();
  t.deepEqual(await tcpProbe({ host: '127.0.0.1', port })(signal), {
    status: 'passing',
    summary: `TCP connect 127.0.0.1:${port}: success`,
    output: `TCP connect 127.0.0.1:${port}: success`,
  });
  t.is((await tcpProbe({ host: 'localhost', port })(signal)).status, 'passing');
  const closed = await closedPort();
  const refused = await tcpProbe({ host: '127.0.0.1', port: closed })(signal);
  t.is(refused.summary, `TCP connect 127.0.0.1:${closed}: connect ECONNREFUSED 127.0.0.1:${closed}`);
});

test('an aborted TCP probe settles at once', async (t) => {
  const controller = new AbortController();
  // RFC 5737: an address that nobody answers at.
  const result = tcpProbe({ host: '192.0.2.1', port: 9 })(controller.signal);
  controller.abort();
  t.is((await result).status, 'critical');
  t.is((await tcpProbe({ host: '192.0.2.1', port: 9 })(AbortSignal.abort())).status, 'critical');
});
