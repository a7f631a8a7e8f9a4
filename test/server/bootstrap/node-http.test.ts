import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { realClock } from '../../../common/runtime/real-clock.ts';
import type { HttpExchange } from '../../../server/bootstrap/http-exchange.ts';
import { nodeHttp } from '../../../server/bootstrap/node-http.ts';
import { refusal } from './world.ts';

async function listen(t: ExecutionContext, server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Tells what it was asked, as the answer. */
function echo(request: IncomingMessage, response: { end(text: string): void }): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.end(`${request.method} ${request.url} of ${request.headers.host}: ${Buffer.concat(chunks).toString()}`);
  });
}

const get = async (http: HttpExchange, url: string): Promise<string> =>
  (await http({ method: 'GET', url, timeoutMs: 5_000 })).body;

test('a request goes out with its body and host, and the answer comes back whole', async (t) => {
  const address = await listen(t, createServer(echo));
  const http = nodeHttp({ clock: realClock });
  const answer = await http({ method: 'PUT', url: `http://${address}/a?b=c`, body: 'value=é', timeoutMs: 5_000 });
  t.is(answer.status, 200);
  t.is(answer.body, `PUT /a?b=c of ${address}: value=é`);
});

test('a proxy is asked for the whole URL', async (t) => {
  const proxy = await listen(t, createServer(echo));
  const http = nodeHttp({ clock: realClock, proxy });
  t.is(await get(http, 'http://discovery.example/token'), 'GET http://discovery.example/token of discovery.example: ');
});

test('a proxy that is no address is refused', async (t) => {
  t.is(
    await refusal(() => nodeHttp({ clock: realClock, proxy: 'socks5://h:1' })),
    'UsageError: --discovery-proxy: invalid proxy address "socks5://h:1": expected http://HOST:PORT',
  );
});

test('https goes through a tunnel, and its certificate is checked against the host asked for', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-tls-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const subject = ['-subj', '/CN=discovery.example', '-addext', 'subjectAltName=DNS:discovery.example'];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  try {
    await promisify(execFile)('openssl', [...made, '-keyout', key, '-out', cert, ...subject]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    t.log('skipped: openssl is not installed');
    t.pass();
    return;
  }
  const identity = { key: await readFile(key), cert: await readFile(cert) };
  const target = await listen(t, createTlsServer(identity, echo));
  const asked: string[] = [];
  const proxyServer = createServer();
  proxyServer.on('connect', (request: IncomingMessage, socket: Socket) => {
    asked.push(request.url!);
    if (request.url!.startsWith('forbidden')) {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const [host, port] = target.split(':');
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    for (const side of [socket, upstream]) side.on('error', () => side.destroy());
  });
  const proxy = await listen(t, proxyServer);
  const trusting = nodeHttp({ clock: realClock, proxy, tls: { ca: identity.cert } });
  t.is(await get(trusting, 'https://discovery.example/token'), 'GET /token of discovery.example: ');
  t.deepEqual(asked, ['discovery.example:443']);
  t.regex(
    await refusal(() => get(nodeHttp({ clock: realClock, proxy }), 'https://discovery.example/')),
    /self-signed certificate/,
  );
  t.regex(await refusal(() => get(trusting, 'https://other.example/')), /does not match certificate/);
  t.regex(
    await refusal(() => get(trusting, 'https://forbidden.example/')),
    /refused a connection to forbidden\.example:443: 403/,
  );
});

test('an exchange that is given up ends at once', async (t) => {
  const address = await listen(
    t,
    createServer(() => {}),
  );
  const controller = new AbortController();
  const exchange = nodeHttp({ clock: realClock })(
    { method: 'GET', url: `http://${address}/`, timeoutMs: 60_000 },
    controller.signal,
  );
  controller.abort();
  t.is(await refusal(() => exchange), 'Error: given up');
});

test('an answer without end is cut off', async (t) => {
  const address = await listen(
    t,
    createServer((_, response) => {
      const block = Buffer.alloc(1024 * 1024);
      const pump = (): void => {
        while (!response.destroyed && response.write(block));
      };
      response.on('drain', pump);
      pump();
    }),
  );
  t.regex(
    await refusal(() => get(nodeHttp({ clock: realClock }), `http://${address}/`)),
    /answered more than 4194304 bytes/,
  );
});
