// `rollcall dev` as a newcomer meets it: four ready lines, and every command that it suggests does something.

import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { devCommands, devGuide } from '../../bin/dev-guide.ts';
import { settlePorts } from '../../bin/dev-ports.ts';
import { StartError } from '../../common/runtime/role.ts';
import { run, waitUntil } from '../common/client/debian-etcd.ts';
import { main, RollcallProcess, scratchDirectory } from './rollcall-process.ts';

const anyPorts = ['--client-port=0', '--peer-port=0', '--http-port=0', '--dns-port=0', '--proxy-port=0'];

test.serial('dev starts all four roles, and what it says to try works', async (t) => {
  const directory = await scratchDirectory(t);
  const dev = new RollcallProcess(t, ['dev', '--data-dir', join(directory, 'data'), ...anyPorts]);
  await dev.waitFor('Ctrl-C stops everything');
  const ready = dev.stdout.split('\n').filter((line) => line.startsWith('ready'));
  t.deepEqual(
    ready.map((line) => line.split(':')[1]?.trim()),
    ['server', 'agent', 'dns', 'proxy'],
  );
  const commands = dev.stdout
    .split('\n')
    .filter((line) => /^ {2}(?!#)\S/.test(line) && !line.includes(' run '))
    .map((line) => line.trim().replace(/^\S*main\.js /, `"${process.execPath}" "${main}" `));
  t.is(commands.length, 6);
  for (const command of commands) {
    const tool = command.split(' ').find((word) => !word.includes('='))!;
    if ((await run('sh', ['-c', `command -v ${tool}`])).code !== 0) {
      t.log(`not tried, ${tool} is not installed: ${command}`);
      continue;
    }
    // What was registered a moment ago reaches the catalog a moment later.
    await waitUntil(`an answer to ${command}`, async () => {
      const { code, stdout } = await run('sh', ['-c', command]);
      return code === 0 && (stdout.trim() !== '' || command.startsWith('curl'));
    });
  }
  dev.kill('SIGINT');
  t.is(await dev.ended, 0, dev.stderr);
  t.false(/\b(ERROR|WARN)\b/.test(dev.stderr), dev.stderr);
});

test.serial('dev’s data survives a restart', async (t) => {
  const directory = await scratchDirectory(t);
  const argv = ['dev', '--data-dir', join(directory, 'data'), ...anyPorts];
  const port = (process: RollcallProcess): string => /clients http:\/\/127\.0\.0\.1:(\d+)/.exec(process.stdout)![1]!;
  const first = new RollcallProcess(t, argv);
  await first.waitFor('Ctrl-C');
  const put = await run(process.execPath, [main, '--endpoints', `127.0.0.1:${port(first)}`, 'put', 'k', 'v']);
  t.is(put.stdout, 'OK\n');
  first.kill('SIGTERM');
  t.is(await first.ended, 0);
  const second = new RollcallProcess(t, argv);
  await second.waitFor('Ctrl-C');
  const got = await run(process.execPath, [main, '--endpoints', `127.0.0.1:${port(second)}`, 'get', 'k']);
  t.is(got.stdout, 'k\nv\n');
});

test.serial('ports that are taken are named in one line with their flags', async (t) => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  t.teardown(() => taken.close());
  const { port } = taken.address() as { port: number };
  const directory = await scratchDirectory(t);
  const argv = ['dev', '--data-dir', directory, ...anyPorts, `--http-port=${port}`, `--proxy-port=${port}`];
  const dev = new RollcallProcess(t, argv);
  t.is(await dev.ended, 1);
  t.is(dev.stdout, '');
  t.is(dev.stderr, `rollcall dev: port ${port} (--proxy-port) is given to two roles\n`);
  const other = new RollcallProcess(t, ['dev', '--data-dir', directory, ...anyPorts, `--http-port=${port}`]);
  t.is(await other.ended, 1);
  t.is(other.stderr, `rollcall dev: already in use on 127.0.0.1: port ${port} (--http-port)\n`);
});

test.serial('free ports are found for TCP and UDP, each once', async (t) => {
  const wanted = Array.from({ length: 8 }, (_, index) => ({ flag: `--p${index}`, port: 0, udp: index % 2 === 0 }));
  const ports = await settlePorts('127.0.0.1', wanted);
  t.is(new Set(ports).size, 8);
  t.true(ports.every((port) => port > 0));
  await t.throwsAsync(settlePorts('192.0.2.1', [{ flag: '--p', port: 0, udp: false }]), {
    instanceOf: StartError,
    message: /^cannot listen: /,
  });
});

test.serial('the guide names endpoints only when the client port is not the usual one', (t) => {
  const ports = { client: 2379, peer: 2380, http: 8500, dns: 8600, proxy: 23790 };
  const guide = { command: 'bin/rollcall', ports, domain: 'rollcall.internal' };
  t.is(devCommands(guide)[2]?.text, 'bin/rollcall service list');
  t.true(
    devGuide({ ...guide, ports: { ...ports, client: 1 } }).includes(
      'bin/rollcall --endpoints 127.0.0.1:1 service list',
    ),
  );
});
