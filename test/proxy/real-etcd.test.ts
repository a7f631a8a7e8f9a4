// `rollcall proxy` as a process would run it, between Debian's etcdctl (and curl-like HTTP, and WebSocket) and Debian's
// etcd.

import { type ChildProcess, spawn } from 'node:child_process';
import test, { type ExecutionContext } from 'ava';
import WebSocket from 'ws';
import { defaultValues } from '../../common/config/load-options.ts';
import { silentLogger } from '../../common/log.ts';
import { realClock } from '../../common/runtime/real-clock.ts';
import { StartError, UsageError } from '../../common/runtime/role.ts';
import { systemRandom } from '../../common/runtime/system-random.ts';
import { options, start } from '../../proxy/main.ts';
import type { ProxyValues } from '../../proxy/options.ts';
import { DebianEtcd, etcdctl, freePort, hasEtcd, waitUntil } from '../common/client/debian-etcd.ts';
import { FaultLink } from '../common/client/fault-link.ts';

const environment = { clock: realClock, random: systemRandom, log: silentLogger };

async function startProxy(t: ExecutionContext, endpoints: readonly string[], more: Partial<ProxyValues> = {}) {
  const listenAddr = { host: '127.0.0.1', port: 0 };
  const role = await start({ ...defaultValues(options), endpoints, listenAddr, ...more }, environment);
  t.teardown(() => role.stop());
  const url = role.addresses[0]!.replace('clients ', '');
  const json = async (path: string, body?: object) => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(10_000) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { role, url, json };
}

/** An etcdctl that runs until the test ends; its output as it comes. */
function background(t: ExecutionContext, endpoint: string, ...args: readonly string[]) {
  const child: ChildProcess = spawn('etcdctl', ['--endpoints', endpoint, ...args], {
    env: { ...process.env, ETCDCTL_API: '3' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { text: '', child };
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (text: Buffer) => {
      output.text += text.toString();
    });
  }
  t.teardown(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  });
  return output;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

test('etcdctl puts, gets, deletes, watches, leases and asks for status through the proxy', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const { url } = await startProxy(t, [etcd.endpoint]);
  t.is((await etcdctl(url, 'put', 'k', 'v')).stdout, 'OK\n');
  t.is((await etcdctl(url, 'get', 'k')).stdout, 'k\nv\n');
  t.is((await etcdctl(url, 'del', 'k')).stdout, '1\n');
  const granted = (await etcdctl(url, 'lease', 'grant', '100')).stdout;
  const [, id] = /lease (\w+) granted/.exec(granted)!;
  t.regex((await etcdctl(url, 'lease', 'timetolive', id!)).stdout, /granted with TTL\(100s\)/);
  t.regex((await etcdctl(url, 'lease', 'keep-alive', '--once', id!)).stdout, /keepalived with TTL\(100\)/);
  t.regex((await etcdctl(url, 'lease', 'revoke', id!)).stdout, /revoked/);
  t.regex(
    (await etcdctl(url, 'endpoint', 'health')).stderr + (await etcdctl(url, 'endpoint', 'health')).stdout,
    /is healthy/,
  );
  t.regex((await etcdctl(url, 'endpoint', 'status')).stdout, /3\.\d+\.\d+/);
});

test('a watch of etcdctl through the proxy sees every event once across kill -9 and restart of etcd', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const { url } = await startProxy(t, [etcd.endpoint]);
  const watch = background(t, url, 'watch', '--prefix', 'w/');
  await waitUntil('the watch stands', async () => {
    await etcdctl(etcd.endpoint, 'put', 'w/0', 'probe');
    return watch.text.includes('probe');
  });
  const before = watch.text.length;
  const written: string[] = [];
  for (let round = 1; round <= 3; round++) {
    await etcd.kill();
    await etcd.restart();
    for (const part of ['a', 'b', 'c']) {
      await etcdctl(url, 'put', `w/${round}${part}`, 'x');
      written.push(`w/${round}${part}`);
    }
  }
  await waitUntil('the last event has arrived', () => watch.text.includes('w/3c'));
  const seen = watch.text.slice(before).match(/w\/\d[abc]/g);
  t.deepEqual(seen, written);
});

test('a JSON watch through the proxy, which does not resume by itself, notices nothing of the restart', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const { url, json } = await startProxy(t, [etcd.endpoint]);
  const abort = new AbortController();
  t.teardown(() => abort.abort());
  const body = JSON.stringify({ create_request: { key: base64('j') } });
  const response = await fetch(`${url}/v3/watch`, { method: 'POST', body, signal: abort.signal });
  let text = '';
  const reading = (async () => {
    for await (const chunk of response.body!) text += Buffer.from(chunk).toString();
  })().catch(() => {});
  await waitUntil('the watch is created', () => text.includes('"created":true'));
  await etcd.kill();
  await etcd.restart();
  for (const value of ['1', '2', '3']) await json('/v3/kv/put', { key: base64('j'), value: base64(value) });
  await waitUntil('three events have arrived', () => (text.match(/"value"/g) ?? []).length >= 3);
  const values = [...text.matchAll(/"value":"([^"]+)"/g)].map(([, value]) => Buffer.from(value!, 'base64').toString());
  t.deepEqual(values, ['1', '2', '3']);
  t.is(text.match(/"created":true/g)!.length, 1);
  abort.abort();
  await reading;
});

test('a watch over WebSocket works through the proxy', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const { url, json } = await startProxy(t, [etcd.endpoint]);
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v3/watch`);
  t.teardown(() => socket.terminate());
  let text = '';
  socket.on('message', (data) => {
    text += String(data);
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.send(JSON.stringify({ create_request: { key: base64('s') } }));
  await waitUntil('the watch is created', () => text.includes('"created":true'));
  await json('/v3/kv/put', { key: base64('s'), value: base64('heard') });
  await waitUntil('the event has arrived', () => text.includes(base64('heard')));
  t.pass();
});

test('a lease that etcdctl keeps alive through the proxy outlives a restart of etcd', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const { url } = await startProxy(t, [etcd.endpoint]);
  const [, id] = /lease (\w+) granted/.exec((await etcdctl(url, 'lease', 'grant', '4')).stdout)!;
  const keeper = background(t, url, 'lease', 'keep-alive', id!);
  const count = () => (keeper.text.match(/keepalived/g) ?? []).length;
  await waitUntil('it is kept alive', () => count() >= 1);
  await etcd.kill();
  await etcd.restart();
  const after = count();
  await waitUntil('it is kept alive again', () => count() >= after + 3);
  t.notRegex(keeper.text, /expired/);
  t.regex((await etcdctl(url, 'lease', 'timetolive', id!)).stdout, /remaining/);
});

test('health, version and metrics tell about the cluster behind', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const { url, json } = await startProxy(t, [etcd.endpoint]);
  t.deepEqual(await json('/health'), { status: 200, body: { health: 'true', reason: '' } });
  const { body } = await json('/version');
  t.regex(String(body.etcdserver), /^3\.\d+\.\d+/);
  t.is((await json('/proxy/health')).body.health, 'true');
  const metrics = await (await fetch(`${url}/metrics`)).text();
  t.regex(metrics, /^rollcall_proxy_endpoints_ready 1$/m);
  await etcd.kill();
  await waitUntil('health says so', async () => (await json('/health')).status === 503);
  const report = await json('/proxy/health');
  t.is(report.body.health, 'false');
  t.regex(JSON.stringify(report.body.endpoints), /ECONNREFUSED|connection/i);
  await etcd.restart();
  await waitUntil('health says so again', async () => (await json('/health')).status === 200);
});

test('without any upstream a proxy starts, and calls fail within the dial timeout, saying which endpoint and why', async (t) => {
  const dead = `http://127.0.0.1:${await freePort()}`;
  const { json } = await startProxy(t, [dead], { dialTimeout: 400 });
  const startedMs = performance.now();
  const { status, body } = await json('/v3/kv/range', { key: base64('k') });
  t.is(status, 503);
  t.regex(String(body.message), new RegExp(`no endpoint is available \\(${dead}: .*ECONNREFUSED`));
  const tookMs = performance.now() - startedMs;
  t.true(tookMs < 2_000, `took ${tookMs} ms`);
  t.is((await json('/health')).status, 503);
});

test('with two upstreams, one dead from the start, calls go on when one dies and comes back when it returns', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const [a, b] = [await FaultLink.start(t, etcd.port), await FaultLink.start(t, etcd.port)];
  const dead = `http://127.0.0.1:${await freePort()}`;
  const { json } = await startProxy(t, [dead, a.endpoint, b.endpoint], { failureWait: 500 });
  const put = async (value: string) => (await json('/v3/kv/put', { key: base64('f'), value: base64(value) })).status;
  t.is(await put('1'), 200);
  const stateOf = async ({ endpoint: url }: FaultLink) => {
    const { endpoints } = (await json('/proxy/health')).body as { endpoints: { endpoint: string; state: string }[] };
    return endpoints.find(({ endpoint }) => endpoint === url)!.state;
  };
  for (const link of [a, b, a, b]) {
    link.refuse();
    // A read may be repeated, so it succeeds even when it meets the dying connection; behind it a write does as well.
    t.is((await json('/v3/kv/range', { key: base64('f') })).status, 200, 'the other endpoint takes over');
    t.is(await put('2'), 200);
    link.heal();
    // Whichever was in use has failed and must come back by itself; one that was not in use has nothing to come back from.
    await waitUntil('the endpoint is back', async () => ['ready', 'idle'].includes(await stateOf(link)));
  }
  t.true(a.accepted > 0 && b.accepted > 0, 'both were used');
});

test('a half-open upstream is given up and a watch goes on over another', async (t) => {
  if (!(await hasEtcd(t))) return;
  const etcd = await DebianEtcd.start(t);
  const link = await FaultLink.start(t, etcd.port);
  const { url, json } = await startProxy(t, [link.endpoint], { writeTimeout: 500 });
  const watch = background(t, url, 'watch', 'h');
  await waitUntil('the watch stands', async () => {
    await etcdctl(etcd.endpoint, 'put', 'h', 'probe');
    return watch.text.includes('probe');
  });
  link.silence();
  await etcdctl(etcd.endpoint, 'put', 'h', 'while half-open');
  await waitUntil('the loss is noticed', async () => (await json('/proxy/health')).body.health === 'false');
  link.heal();
  await waitUntil('the event has arrived', () => watch.text.includes('while half-open'));
  t.is(watch.text.match(/while half-open/g)!.length, 1);
});

test('a proxy that would be its own endpoint is refused', async (t) => {
  const values = { ...defaultValues(options), endpoints: ['http://localhost:23790'] };
  await t.throwsAsync(start(values, environment), { instanceOf: UsageError, message: /--listen-addr 127.0.0.1:23790/ });
});

test('a taken port is one clear line', async (t) => {
  const dead = `http://127.0.0.1:${await freePort()}`;
  const first = await startProxy(t, [dead], { dialTimeout: 50 });
  const listenAddr = { host: '127.0.0.1', port: Number(new URL(first.url).port) };
  const values = { ...defaultValues(options), endpoints: [dead], listenAddr };
  await t.throwsAsync(start(values, environment), { instanceOf: StartError, message: /in use.*--listen-addr/ });
});
