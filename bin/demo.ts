// `npm run demo`: a tour with real processes. Starts everything on ports of its own, registers two HTTP servers (one by
// a file, one by `rollcall run`), asks DNS for them, kills one, and prints what happens and how long it took. Leaves
// nothing behind.

import { type ChildProcess, spawn } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const rollcall = join(import.meta.dirname, '..', '..', 'bin', 'rollcall');
const stepWithinMs = 20_000;
const name = '_web._tcp.service.rollcall.internal';

/** A real HTTP server in one line, so that the tour needs nothing but node. */
const serverCode = `require('node:http').createServer((q, a) => a.end('hello from ' + process.env.PORT + '\\n')).listen(process.env.PORT, '127.0.0.1')`;

const children: ChildProcess[] = [];

function say(text = ''): void {
  console.log(text);
}

function start(command: string, args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  child.stderr!.resume();
  children.push(child);
  return child;
}

/** Starts `rollcall dev` and waits for the ready line of each of its four roles. */
async function startDev(directory: string, config: string, ports: readonly number[]): Promise<void> {
  const [client, peer, http, dns, proxy] = ports;
  const child = start(process.execPath, [
    rollcall,
    'dev',
    `--data-dir=${join(directory, 'data')}`,
    `--config-dir=${config}`,
    `--client-port=${client}`,
    `--peer-port=${peer}`,
    `--http-port=${http}`,
    `--dns-port=${dns}`,
    `--proxy-port=${proxy}`,
  ]);
  let ready = 0;
  createInterface({ input: child.stdout! }).on('line', (line) => {
    if (!line.startsWith('ready')) return;
    ready++;
    say(`  ${line}`);
  });
  await until('the four roles are ready', () => ready === 4);
}

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<number> {
  const begun = performance.now();
  while (!(await condition())) {
    if (performance.now() - begun > stepWithinMs) throw new Error(`not within ${stepWithinMs / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return performance.now() - begun;
}

async function instances(resolver: Resolver): Promise<{ name: string; port: number }[]> {
  const records = await resolver.resolveSrv(name).catch(() => []);
  return records.sort((a, b) => a.port - b.port);
}

async function showInstances(resolver: Resolver): Promise<void> {
  const records = await instances(resolver);
  if (records.length === 0) say(`  ${name}: nobody`);
  for (const record of records) say(`  ${name} -> ${record.name}:${record.port}`);
}

async function command(args: readonly string[]): Promise<void> {
  say(`  $ rollcall ${args.join(' ')}`);
  const child = start(process.execPath, [rollcall, ...args]);
  createInterface({ input: child.stdout! }).on('line', (line) => say(`  ${line}`));
  await new Promise((resolve) => child.once('close', resolve));
}

async function tour(directory: string): Promise<void> {
  const [client, peer, http, dns, proxy, one, two] = await freePorts(7);
  const config = join(directory, 'services');
  mkdirSync(config);
  const resolver = new Resolver({ timeout: 1_000, tries: 2 });
  resolver.setServers([`127.0.0.1:${dns}`]);
  const has = (port: number) => async () => (await instances(resolver)).some((record) => record.port === port);

  say('1. A core node, an agent, a DNS responder and a proxy, in one process:');
  await startDev(directory, config, [client!, peer!, http!, dns!, proxy!]);

  say(`\n2. An HTTP server on port ${one}; the agent is told of it by a file, and checks it every second:`);
  const first = start(process.execPath, ['-e', serverCode], { PORT: String(one) });
  writeFileSync(
    join(config, 'web.yaml'),
    `service: web\nid: web-1\naddress: 127.0.0.1\nport: ${one}\nchecks:\n  - http: http://127.0.0.1:${one}/\n    interval: 1s\n`,
  );
  say(`  in DNS after ${Math.round(await until('web-1 is in DNS', has(one!)))} ms`);

  say(`\n3. Another one on port ${two}, wrapped: registered for as long as it runs:`);
  const run = [
    'run',
    '--service=web',
    '--id=web-2',
    '--address=127.0.0.1',
    `--port=${two}`,
    '--check=http:/',
    '--interval=1s',
  ];
  const endpoint = `http://127.0.0.1:${client}`;
  say(`  $ rollcall ${run.join(' ')} -- node -e '…'`);
  const wrapper = start(process.execPath, [
    rollcall,
    ...run,
    `--endpoints=${endpoint}`,
    '--',
    process.execPath,
    '-e',
    serverCode,
  ]);
  say(`  in DNS after ${Math.round(await until('web-2 is in DNS', has(two!)))} ms`);

  say('\n4. What DNS says:');
  await showInstances(resolver);

  say('\n5. What the registry says, asked through the proxy:');
  await command(['service', 'show', 'web', `--endpoints=http://127.0.0.1:${proxy}`]);

  say('\n6. kill -9 to the first server; its check notices:');
  first.kill('SIGKILL');
  say(`  gone from DNS after ${Math.round(await until('web-1 has left DNS', async () => !(await has(one!)())))} ms`);
  await showInstances(resolver);

  say('\n7. SIGTERM to the wrapper; it takes its instance away first, then ends the server:');
  wrapper.kill('SIGTERM');
  say(`  gone from DNS after ${Math.round(await until('web-2 has left DNS', async () => !(await has(two!)())))} ms`);
  await showInstances(resolver);
}

function freePorts(count: number): Promise<number[]> {
  return Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<number>((resolve, reject) => {
          const server = createServer();
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => {
            const { port } = server.address() as { port: number };
            server.close(() => resolve(port));
          });
        }),
    ),
  );
}

async function endAll(): Promise<void> {
  const running = children.filter((child) => child.exitCode === null && child.signalCode === null);
  for (const child of running) child.kill('SIGTERM');
  const ended = Promise.all(running.map((child) => new Promise((resolve) => child.once('exit', resolve))));
  const patience = setTimeout(() => {
    for (const child of running) child.kill('SIGKILL');
  }, 10_000);
  await ended;
  clearTimeout(patience);
}

const directory = mkdtempSync(join(tmpdir(), 'rollcall-demo-'));
try {
  await tour(directory);
  say('\nThat was it; everything is stopped again. Start it for yourself with `npm start`.');
} catch (error) {
  console.error(`the demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await endAll();
  rmSync(directory, { recursive: true, force: true });
}
