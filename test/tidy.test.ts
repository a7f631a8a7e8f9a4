// The house rules that a machine can check: which way imports go, and where clocks, randomness, timers and sockets may
// be touched (architecture: everything above the composition roots takes them as arguments).

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import test from 'ava';

const root = join(import.meta.dirname, '..', '..');
const folders = ['common', 'server', 'agent', 'proxy', 'dns', 'cli', 'bin', 'deploy', 'test'];

interface Source {
  /** From the project's root. */
  readonly path: string;
  readonly text: string;
  /** Without comments and string contents, for word rules. */
  readonly code: string;
  /** Module specifiers; relative ones resolved to paths from the root. */
  readonly imports: readonly string[];
}

function sources(): Source[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
      .map((file) => source(join(folder, file))),
  );
}

function source(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8');
  const withoutComments = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1');
  const specifiers = [...withoutComments.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]!);
  const imports = specifiers.map((name) =>
    name.startsWith('.') ? relative(root, join(root, dirname(path), name)) : name,
  );
  return { path, text, code: withoutComments.replace(/'(?:[^'\\\n]|\\.)*'/g, "''"), imports };
}

const all = sources();

test('imports go one way: every folder knows only what it may', (t) => {
  const allowed: [string, RegExp][] = [
    ['server/raft/', /^(server\/raft\/|common\/runtime\/(random|assert)\.ts$)/],
    ['common/', /^common\//],
    ['server/', /^(server|common)\//],
    ['agent/', /^(agent|common)\//],
    ['proxy/', /^(proxy|common)\//],
    ['dns/', /^(dns|common)\//],
    ['cli/', /^(cli|common)\//],
  ];
  const wrong: string[] = [];
  for (const { path, imports } of all) {
    const rule = allowed.find(([folder]) => path.startsWith(folder));
    if (rule === undefined) continue;
    for (const name of imports) {
      const external = !folders.some((folder) => name.startsWith(`${folder}/`));
      if (external ? rule[0] === 'server/raft/' : !rule[1].test(name)) wrong.push(`${path} imports ${name}`);
    }
  }
  t.deepEqual(wrong, []);
});

test('only one file imports the RocksDB binding', (t) => {
  const importers = all.filter(({ path, imports }) => !path.startsWith('test/') && imports.includes('rocksdb-native'));
  t.deepEqual(
    importers.map(({ path }) => path),
    ['server/storage/rocksdb-store.ts'],
  );
});

/** Files that stand between the product and the machine, with what they bring. */
const adapters: ReadonlyMap<string, string> = new Map([
  ['common/runtime/real-clock.ts', 'the clock'],
  ['common/runtime/system-random.ts', 'randomness'],
  ['common/runtime/notify.ts', 'systemd'],
  ['common/winston-log.ts', 'log files'],
  ['common/process-metrics.ts', 'what the operating system knows of the process'],
  ['common/wire/protobuf/generate.ts', 'source files: a build tool'],
  ['common/client/dial.ts', 'connections to endpoints'],
  ['common/gateway/client-port.ts', 'a listening socket'],
  ['common/gateway/gateway.ts', 'WebSocket upgrades'],
  ['common/gateway/http-side.ts', 'HTTP/1.1'],
  ['server/bootstrap/node-http.ts', 'HTTP requests'],
  ['server/bootstrap/node-names.ts', 'name lookups'],
  ['server/peer/peer-port.ts', 'a listening socket'],
  ['server/peer/web-socket.ts', 'connections to members'],
  ['server/storage/data-directory.ts', 'directories'],
  ['server/storage/durable-directory.ts', 'directories'],
  ['server/storage/rocksdb-store.ts', 'RocksDB'],
  ['server/storage/wal/log-worker.ts', "the log's disk"],
  ['server/storage/wal/worker-log-disk.ts', "the log's disk"],
  ['agent/checks/http-probe.ts', 'probes'],
  ['agent/checks/tcp-probe.ts', 'probes'],
  ['agent/definitions/definition-directory.ts', 'definition files'],
  ['agent/exec/child.ts', 'a child process'],
  ['agent/listen.ts', 'a listening socket'],
  ['agent/persistence/make-directory.ts', 'directories'],
  ['agent/persistence/registration-store.ts', 'files'],
  ['agent/persistence/replace-file.ts', 'files'],
  ['agent/registration/lease-journal.ts', 'files'],
  ['cli/event-command.ts', 'a child process'],
  ['dns/tcp-listener.ts', 'a listening socket'],
  ['dns/udp-listener.ts', 'a listening socket'],
]);
const compositionRoots = /^(bin\/|deploy\/|(server|agent|proxy|dns|cli)\/main\.ts$|test\/)/;

function outsideAdapters(): Source[] {
  return all.filter(({ path }) => !adapters.has(path) && !compositionRoots.test(path));
}

test('every adapter that is named still exists', (t) => {
  const paths = new Set(all.map(({ path }) => path));
  t.deepEqual(
    [...adapters.keys()].filter((path) => !paths.has(path)),
    [],
  );
});

test('wall clock, randomness and timers are touched only by adapters and composition roots', (t) => {
  const banned =
    /\b(Date\.now|new Date\(\)|Math\.random|performance\.now|process\.hrtime)\b|(?<!\.)\b(setTimeout|setInterval|setImmediate)\(/;
  const wrong = outsideAdapters().flatMap(({ path, code }) =>
    code
      .split('\n')
      .filter((line) => banned.test(line))
      .map((line) => `${path}: ${line.trim()}`),
  );
  t.deepEqual(wrong, []);
});

test('sockets, files, processes and threads are touched only by adapters and composition roots', (t) => {
  const machine =
    /import (?!type )([^;]*?) from 'node:(net|dgram|tls|http|https|http2|dns|dns\/promises|worker_threads|child_process|fs|fs\/promises)'/g;
  // Facts and predicates of those modules that touch nothing.
  const harmless =
    /^\{\s*((type \w+|isIP|isIPv4|isIPv6|STATUS_CODES|METHODS|validateHeaderName|validateHeaderValue)\s*,?\s*)+\}$/;
  const wrong = outsideAdapters().flatMap(({ path, text }) =>
    [...text.matchAll(machine)].filter((match) => !harmless.test(match[1]!)).map((match) => `${path}: ${match[0]}`),
  );
  t.deepEqual(wrong, []);
});
