// The newcomer's path through the built product, on whatever Node runs this (CI also runs it on Node 24): `rollcall dev`
// starts, takes a registration, answers over DNS and through the proxy, and finds its data again after a restart.

import { Resolver } from 'node:dns/promises';
import test from 'ava';
import { execute, freePorts, rollcallBin, startRollcall, temporaryDirectory, until } from '../harness/rollcall.ts';

test('dev registers, resolves, forwards, and keeps its data over a restart', async (t) => {
  const directory = temporaryDirectory(t);
  const ports = await freePorts(5);
  const [client, peer, http, dns, proxy] = ports;
  const args = [
    'dev',
    `--data-dir=${directory}`,
    `--client-port=${client}`,
    `--peer-port=${peer}`,
    `--http-port=${http}`,
    `--dns-port=${dns}`,
    `--proxy-port=${proxy}`,
  ];
  const cli = (port: number, ...rest: string[]) =>
    execute(process.execPath, [rollcallBin, ...rest, `--endpoints=http://127.0.0.1:${port}`]);
  const resolver = new Resolver({ timeout: 1_000, tries: 2 });
  resolver.setServers([`127.0.0.1:${dns}`]);
  const portsInDns = async () =>
    (await resolver.resolveSrv('_web._tcp.service.rollcall.internal').catch(() => [])).map((record) => record.port);

  const first = await startRollcall(t, args, { readyLines: 4 });
  t.is((await cli(client!, 'put', '/rollcall/services/web/web-1', '127.0.0.1:8080')).stdout, 'OK\n');
  await until(
    async () => (await portsInDns()).includes(8080),
    5_000,
    () => 'the instance is in DNS',
  );
  t.is(
    (await cli(proxy!, 'get', '/rollcall/services/web/web-1')).stdout,
    '/rollcall/services/web/web-1\n127.0.0.1:8080\n',
  );
  const response = await fetch(`http://127.0.0.1:${client}/v3/kv/range`, {
    method: 'POST',
    body: JSON.stringify({ key: Buffer.from('/rollcall/services/web/web-1').toString('base64') }),
  });
  t.is(((await response.json()) as { count: string }).count, '1');
  t.deepEqual(await first.end('SIGTERM'), { code: 0, signal: null });

  const second = await startRollcall(t, args, { readyLines: 4 });
  t.is((await cli(client!, 'get', '/rollcall/services/web/web-1', '--print-value-only')).stdout, '127.0.0.1:8080\n');
  await until(
    async () => (await portsInDns()).includes(8080),
    5_000,
    () => 'the instance is in DNS again',
  );
  t.deepEqual(await second.end('SIGTERM'), { code: 0, signal: null });
});
