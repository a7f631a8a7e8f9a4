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
  const imports = specifiers.map((name) => (name.startsWith('.') ? relative(root, join(root, dirname(path), name)) : name));
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

/** Files that stand between the product and the machine, with what they are there for. */
const adapters: ReadonlyMap<string, string> = new Map([
  ['common/runtime/real-clock.ts', 'the clock'],
  ['common/runtime/system-random.ts', 'randomness'],
]);
const compositionRoots = /^(bin\/|deploy\/|(server|agent|proxy|dns|cli)\/main\.ts$|test\/)/;

test('wall clock, randomness and timers are touched only by their adapters', (t) => {
  const banned = /\b(Date\.now|new Date\(\)|Math\.random|performance\.now|process\.hrtime|setTimeout|setInterval|setImmediate)\b/;
  const wrong = all
    .filter(({ path }) => !adapters.has(path) && !compositionRoots.test(path))
    .flatMap(({ path, code }) =>
      code
        .split('\n')
        .filter((line) => banned.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    );
  t.deepEqual(wrong, []);
});
