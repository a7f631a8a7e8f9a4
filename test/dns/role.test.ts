import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { loadOptions } from '../../common/config/load-options.ts';
import { type Logger, silentLogger } from '../../common/log.ts';
import { realClock } from '../../common/runtime/real-clock.ts';
import { systemRandom } from '../../common/runtime/system-random.ts';
import { options, type RunningDns, start } from '../../dns/main.ts';
import { Etcd, isInstalled } from './harness/etcd.ts';
import { eventually } from './harness/eventually.ts';

const run = promisify(execFile);
const missing = [
  ['dig', '-v'],
  ['etcd', '--version'],
  ['etcdctl', 'version'],
].flatMap(([program, argument]) => (isInstalled(program!, argument!) ? [] : [program]));

/** A test that needs dig and etcd: skipped, saying so, where they are not installed. */
function withTools(title: string, body: (t: ExecutionContext) => Promise<void>): void {
  if (missing.length === 0) test(title, body);
  else test.skip(`${title} (not installed: ${missing.join(', ')})`, body);
}

async function startDns(
  t: ExecutionContext,
  argv: readonly string[],
  log: Logger = silentLogger,
): Promise<{ role: RunningDns; port: string }> {
  const { values } = loadOptions(options, { argv: ['--listen', '127.0.0.1:0', ...argv], env: {}, prefixes: ['X_'] });
  const role = await start(values, { clock: realClock, random: systemRandom, log });
  t.teardown(() => role.stop());
  return { role, port: /^dns 127\.0\.0\.1:(\d+)$/.exec(role.addresses[0]!)![1]! };
}

async function dig(port: string, ...argv: readonly string[]): Promise<string> {
  const { stdout } = await run('dig', ['@127.0.0.1', '-p', port, '+tries=1', '+timeout=5', ...argv]);
  return stdout;
}

async function short(port: string, ...argv: readonly string[]): Promise<string[]> {
  const lines = (await dig(port, '+short', ...argv)).trim().split('\n');
  return lines.filter((line) => line !== '').toSorted();
}

async function put(etcd: Etcd, key: string, value: string | object): Promise<void> {
  await etcd.ctl('put', key, typeof value === 'string' ? value : JSON.stringify(value));
}

const domain = 'rollcall.internal';

withTools('dig sees what etcdctl puts: SRV, A, tags, NODATA, NXDOMAIN, TCP, EDNS, letter case', async (t) => {
  const etcd = await Etcd.start(t);
  await put(etcd, '/rollcall/services/web/web-1', { address: '10.0.0.1', port: 8080, tags: ['v2'] });
  await put(etcd, '/rollcall/services/web/web-2', '10.0.0.2:8081');
  await put(etcd, '/rollcall/services/web/bad', '{');
  await put(etcd, '/rollcall/services/sick/s', { address: '10.0.0.9', port: 1, status: 'critical' });
  const warnings: string[] = [];
  const log = {
    ...silentLogger,
    warn: (message: string, fields?: object) => warnings.push(`${message} ${JSON.stringify(fields)}`),
  };
  const { role, port } = await startDns(t, ['--endpoints', etcd.endpoint], log as unknown as Logger);
  await eventually('the catalog is loaded', () => role.freshness === 'live');

  t.deepEqual(await short(port, `_web._tcp.service.${domain}`, 'SRV'), [
    `1 1 8080 web-1.web.instance.${domain}.`,
    `1 1 8081 web-2.web.instance.${domain}.`,
  ]);
  t.deepEqual(await short(port, `web.service.${domain}`, 'A'), ['10.0.0.1', '10.0.0.2']);
  t.deepEqual(await short(port, `v2.web.service.${domain}`, 'A', '+tcp'), ['10.0.0.1']);
  t.regex(await dig(port, `sick.service.${domain}`), /status: NOERROR[\s\S]*ANSWER: 0, AUTHORITY: 1[\s\S]*\sSOA\s/);
  t.regex(await dig(port, `nix.service.${domain}`), /status: NXDOMAIN[\s\S]*AUTHORITY: 1[\s\S]*\s1\s+IN\s+SOA\s/);
  t.regex(await dig(port, 'example.com'), /status: REFUSED/);
  t.regex(await dig(port, `WeB.SeRvIcE.${domain}`), /WeB\.SeRvIcE\.rollcall\.internal\.\s+5\s+IN\s+A\s+10\.0\.0\.[12]/);
  t.regex(
    await dig(port, `web.service.${domain}`, '+edns=0', '+noall', '+comments'),
    /EDNS: version: 0, flags:; udp: 1232/,
  );
  t.notRegex(await dig(port, `web.service.${domain}`, '+noedns'), /EDNS/);
  t.regex(await dig(port, `web.service.${domain}`, '+edns=1', '+noednsneg'), /status: BADVERS/);
  t.regex(await dig(port, domain, 'AXFR'), /Transfer failed/);
  t.deepEqual(await short(port, `_etcd-client._tcp.${domain}`, 'SRV'), [
    `0 0 ${new URL(etcd.endpoint).port} n1.client.${domain}.`,
  ]);
  t.is(warnings.filter((line) => line.includes('/rollcall/services/web/bad')).length, 1);

  await put(etcd, '/rollcall/services/web/web-1', { address: '10.0.0.1', port: 8080, status: 'critical' });
  await eventually('web-1 is gone', async () => (await short(port, `web.service.${domain}`)).join() === '10.0.0.2');
});

withTools('a lease that ends takes its instance out of the answers', async (t) => {
  const etcd = await Etcd.start(t);
  const { port } = await startDns(t, ['--endpoints', etcd.endpoint]);
  const lease = /lease (\w+) granted/.exec(await etcd.ctl('lease', 'grant', '600'))![1]!;
  await etcd.ctl('put', `--lease=${lease}`, '/rollcall/services/web/x', '127.0.0.1:9999');
  await eventually('x is found', async () => (await short(port, `web.service.${domain}`)).length === 1);
  await etcd.ctl('lease', 'revoke', lease);
  await eventually('the name is gone', async () => (await dig(port, `web.service.${domain}`)).includes('NXDOMAIN'));
  t.pass();
});

withTools('the last known state is answered while etcd is dead, then SERVFAIL, then the new state', async (t) => {
  const etcd = await Etcd.start(t);
  await put(etcd, '/rollcall/services/web/web-1', '10.0.0.1:8080');
  const { role, port } = await startDns(t, ['--endpoints', etcd.endpoint, '--stale-for', '2s']);
  await eventually('the catalog is loaded', () => role.freshness === 'live');
  await etcd.kill();
  await eventually('the loss is noticed', () => role.freshness === 'stale');
  t.regex(await dig(port, `web.service.${domain}`), /EDE: 3 \(Stale Answer\)[\s\S]*\sA\s+10\.0\.0\.1/);
  t.regex(await dig(port, `nix.service.${domain}`), /status: NXDOMAIN/);
  await eventually('it has been too long', () => role.freshness === 'expired');
  t.regex(await dig(port, `web.service.${domain}`), /status: SERVFAIL/);
  await etcd.start();
  await put(etcd, '/rollcall/services/web/web-1', '10.0.0.7:8080');
  await eventually('the new state', async () => (await short(port, `web.service.${domain}`)).join() === '10.0.0.7');
});

withTools('without a cluster: SERVFAIL, but bootstrap names from flags are answered', async (t) => {
  const peers = 'n1=http://10.0.1.1:2380,n2=http://n2.example.com:2380,n3=https://[fd00::3]:2380';
  const { port } = await startDns(t, [
    '--endpoints',
    '127.0.0.1:1',
    '--bootstrap',
    peers,
    '--bootstrap-clients',
    'http://10.0.1.1:2379',
  ]);
  t.regex(await dig(port, `web.service.${domain}`), /status: SERVFAIL/);
  t.deepEqual(await short(port, `_etcd-server._tcp.${domain}`, 'SRV'), [
    `0 0 2380 n1.peer.${domain}.`,
    '0 0 2380 n2.example.com.',
  ]);
  t.deepEqual(await short(port, `_etcd-server-ssl._tcp.${domain}`, 'SRV'), [`0 0 2380 n3.peer.${domain}.`]);
  t.deepEqual(await short(port, `n3.peer.${domain}`, 'AAAA'), ['fd00::3']);
  t.deepEqual(await short(port, `_etcd-client._tcp.${domain}`, 'SRV'), [`0 0 2379 10-0-1-1.client.${domain}.`]);
});

withTools('the layouts of SkyDNS and gRPC naming are read where their prefixes are given', async (t) => {
  const etcd = await Etcd.start(t);
  await put(etcd, '/skydns/local/east/rails/1', { host: '10.0.2.1', port: 3000, ttl: 2 });
  await put(etcd, '/grpc/greeter/10.0.3.1:9000', { Op: 0, Addr: '10.0.3.1:9000' });
  const { port } = await startDns(t, [
    ...['--endpoints', etcd.endpoint, '--skydns-prefix', '/skydns/local/', '--grpc-prefix', '/grpc'],
    ...['--domain', 'Example.TEST.', '--ttl', '30s'],
  ]);
  await eventually('loaded', async () => (await short(port, 'rails.service.example.test')).join() === '10.0.2.1');
  t.deepEqual(await short(port, 'east.rails.service.example.test'), ['10.0.2.1']);
  t.deepEqual(await short(port, '_greeter._tcp.service.example.test', 'SRV'), [
    '1 1 9000 10-0-3-1-9000.greeter.instance.example.test.',
  ]);
});
