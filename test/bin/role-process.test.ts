// A role as a process: ready line, signals, exit codes, systemd. The server stands for all: bin/ treats them alike.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { freePort, run, waitUntil } from '../common/client/debian-etcd.ts';
import { RollcallProcess, scratchDirectory } from './rollcall-process.ts';

interface Served {
  readonly argv: readonly string[];
  readonly clientPort: number;
}

async function serverArguments(t: ExecutionContext): Promise<Served> {
  const directory = await scratchDirectory(t);
  const [clientPort, peerPort] = [await freePort(), await freePort()];
  const client = `http://127.0.0.1:${clientPort}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  return {
    clientPort,
    argv: [
      ...['server', '--name', 'one', '--data-dir', join(directory, 'data')],
      ...['--listen-client-urls', client, '--advertise-client-urls', client],
      ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
    ],
  };
}

test.serial(
  'a ready role has said so in one line, stops on SIGTERM with 0, and starts again with its data',
  async (t) => {
    const { argv, clientPort } = await serverArguments(t);
    for (const round of [1, 2]) {
      const server = new RollcallProcess(t, argv);
      await server.waitFor('\n');
      t.regex(
        server.stdout,
        new RegExp(`^ready: clients http://127\\.0\\.0\\.1:${clientPort}, peers http://[^\n]*\n$`),
      );
      const version = await fetch(`http://127.0.0.1:${clientPort}/version`);
      t.is(version.status, 200, `round ${round}`);
      server.kill('SIGTERM');
      t.is(await server.ended, 0, server.stderr);
    }
  },
);

test.serial('a port that is taken is one line and exit code 1', async (t) => {
  const { argv } = await serverArguments(t);
  const server = new RollcallProcess(t, argv);
  await server.waitFor('ready: ');
  const directory = await scratchDirectory(t);
  const other = argv.map((word, index) => (argv[index - 1] === '--data-dir' ? join(directory, 'other') : word));
  const second = new RollcallProcess(t, other);
  t.is(await second.ended, 1);
  const complaint = second.stderr.split('\n').filter((line) => line.startsWith('rollcall server: '));
  t.is(complaint.length, 1, second.stderr);
  t.regex(complaint[0]!, /--listen-client-urls.*(in use|taken)|(in use|taken).*--listen-client-urls/);
  t.false(second.stderr.includes('    at '), 'no stack trace');
});

test.serial('SIGHUP does not end a role, and SIGKILL frees its ports at once', async (t) => {
  const { argv, clientPort } = await serverArguments(t);
  const server = new RollcallProcess(t, [...argv, '--log-level', 'info']);
  await server.waitFor('ready: ');
  server.kill('SIGHUP');
  await waitUntil('the signal is answered', () => server.stderr.includes('nothing to reload'));
  t.is((await fetch(`http://127.0.0.1:${clientPort}/version`)).status, 200);
  server.kill('SIGKILL');
  t.is(await server.ended, 'SIGKILL');
  const again = new RollcallProcess(t, argv);
  await again.waitFor('ready: ');
  again.kill('SIGINT');
  t.is(await again.ended, 0);
});

test.serial('settings come from an environment file, and logs go where they are sent as JSON', async (t) => {
  const { argv } = await serverArguments(t);
  const directory = await scratchDirectory(t);
  const flags = argv.slice(1);
  const env: Record<string, string> = {};
  for (let index = 0; index < flags.length; index += 2) {
    env[`ETCD_${flags[index]!.slice(2).toUpperCase().replaceAll('-', '_')}`] = `"${flags[index + 1]}"`;
  }
  const log = join(directory, 'server.log');
  const server = new RollcallProcess(t, ['server'], {
    ...env,
    ROLLCALL_LOG_FORMAT: 'json',
    ROLLCALL_LOG_OUTPUTS: log,
    ETCD_SNAPSHOT_COUNT: '5',
  });
  await server.waitFor('ready: ');
  server.kill('SIGTERM');
  t.is(await server.ended, 0);
  t.is(server.stderr, '');
  const { stdout } = await run('cat', [log]);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { level: string; msg: string });
  t.true(lines.some(({ level, msg }) => level === 'warn' && msg.startsWith('ETCD_SNAPSHOT_COUNT: ignored: ')));
});

/** Prints each datagram that arrives on a unix socket, as systemd would receive it. */
const receiver = `
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('bound', flush=True)
while True:
    data, ancillary, _, _ = s.recvmsg(4096, 4096)
    for level, kind, fds in ancillary:
        for i in range(0, len(fds), 4): os.close(int.from_bytes(fds[i:i+4], sys.byteorder))
    print(data.decode(), flush=True)
`;

test.serial('systemd is told when a role is ready and when it stops', async (t) => {
  for (const tool of ['systemd-notify', 'python3']) {
    if ((await run('sh', ['-c', `command -v ${tool}`])).code === 0) continue;
    t.log(`skipped: ${tool} is not installed`);
    t.pass();
    return;
  }
  const directory = await scratchDirectory(t);
  const socket = join(directory, 'notify');
  const { spawn } = await import('node:child_process');
  const python = spawn('python3', ['-c', receiver, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => python.kill('SIGKILL'));
  let received = '';
  python.stdout.on('data', (chunk: Buffer) => {
    received += chunk.toString();
  });
  await waitUntil('the socket is there', async () => (await readdir(directory)).includes('notify') && received !== '');
  const { argv } = await serverArguments(t);
  const server = new RollcallProcess(t, argv, { NOTIFY_SOCKET: socket });
  await waitUntil('READY=1', () => received.includes('READY=1'));
  t.true(server.stdout.startsWith('ready: '));
  server.kill('SIGTERM');
  t.is(await server.ended, 0);
  await waitUntil('STOPPING=1', () => received.includes('STOPPING=1'));
});

test.serial('without systemd-notify one warning says that systemd cannot be told', async (t) => {
  const { argv } = await serverArguments(t);
  const directory = await scratchDirectory(t);
  const server = new RollcallProcess(t, argv, { NOTIFY_SOCKET: join(directory, 'none'), PATH: directory });
  await server.waitFor('ready: ');
  await waitUntil('the warning', () => server.stderr.includes('cannot tell systemd'));
  server.kill('SIGTERM');
  t.is(await server.ended, 0);
  t.is(server.stderr.match(/cannot tell systemd/g)?.length, 1);
});
