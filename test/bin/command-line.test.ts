import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { productVersion } from '../../common/version.ts';
import { run } from '../common/client/debian-etcd.ts';
import { cleanEnvironment, main, RollcallProcess, scratchDirectory } from './rollcall-process.ts';

const root = join(import.meta.dirname, '..', '..', '..');

async function rollcall(...argv: string[]) {
  return run(process.execPath, [main, ...argv], cleanEnvironment());
}

test.serial('help and version answer without starting anything', async (t) => {
  const help = await rollcall('help');
  t.is(help.code, 0);
  for (const word of ['server', 'agent', 'dns', 'proxy', 'dev', 'run', 'service', 'get', 'watch', 'lease']) {
    t.regex(help.stdout, new RegExp(`^  ${word} `, 'm'), word);
  }
  t.is((await rollcall()).stdout, help.stdout);
  t.is((await rollcall('--help')).stdout, help.stdout);
  t.true((await rollcall('version')).stdout.startsWith(`rollcall version: ${productVersion}\nAPI version: 3.6\n`));
});

for (const role of ['server', 'agent', 'dns', 'proxy', 'dev', 'run']) {
  test.serial(`rollcall ${role} --help lists its flags`, async (t) => {
    const { code, stdout } = await rollcall(role, '--help');
    t.is(code, 0);
    t.true(stdout.startsWith(`rollcall ${role} - `));
    t.regex(stdout, /^ {6}--[a-z-]+/m);
    t.is((await rollcall('help', role)).stdout, stdout);
    t.true((await rollcall(role, '--version')).stdout.includes(productVersion));
  });
}

const wrong: readonly (readonly [string, string])[] = [
  ['servre', 'rollcall: unknown command "servre"; did you mean "server"? (see "rollcall --help")'],
  [
    'server --data-dri x',
    'rollcall server: unknown flag --data-dri; did you mean --data-dir? (see "rollcall server --help")',
  ],
  [
    'server --listen-client-urls http://127.0.0.1:1',
    'rollcall server: --advertise-client-urls is required when --listen-client-urls is set explicitly (see "rollcall server --help")',
  ],
  [
    'server --cert-file x',
    'rollcall server: --cert-file: TLS is not available yet, and plaintext is not what was asked for (see "rollcall server --help")',
  ],
  [
    'server extra',
    'rollcall server: unexpected argument "extra": only flags may stand here (see "rollcall server --help")',
  ],
  [
    'dev --dns-port 65536',
    'rollcall dev: --dns-port: "65536" is not valid: expected a whole number from 0 to 65535 (see "rollcall dev --help")',
  ],
  ['run --service web --port 1', 'rollcall run: nothing to run: expected -- CMD … (see "rollcall run --help")'],
  ['server --config-file /nonexistent.yml', 'rollcall server: --config-file: cannot read /nonexistent.yml: ENOENT'],
];

for (const [command, message] of wrong) {
  test.serial(`wrong usage is one line and exit code 2: rollcall ${command}`, async (t) => {
    const { code, stdout, stderr } = await rollcall(...command.split(' '));
    t.is(code, 2);
    t.is(stdout, '');
    t.true(stderr.startsWith(message), stderr);
    t.is(stderr.split('\n').length, 2);
  });
}

test.serial('settings from the environment are refused by the variable’s name', async (t) => {
  const process = new RollcallProcess(t, ['server'], { ETCD_ELECTION_TIMEOUT: 'soon' });
  t.is(await process.ended, 2);
  t.true(process.stderr.startsWith('rollcall server: ETCD_ELECTION_TIMEOUT: "soon" is not valid: expected a duration'));
});

test.serial('the executable says what to do when nothing is built', async (t) => {
  const directory = await scratchDirectory(t);
  await mkdir(join(directory, 'bin'));
  await copyFile(join(root, 'bin', 'rollcall'), join(directory, 'bin', 'rollcall.mjs'));
  const { code, stderr } = await run(process.execPath, [join(directory, 'bin', 'rollcall.mjs')]);
  t.is(code, 1);
  t.is(stderr, 'rollcall: not built yet: run "npm ci" (or "npm run build") in the project directory first\n');
});

test.serial('a reader that leaves early is no error', async (t) => {
  const { code, stdout } = await run('sh', [
    '-c',
    `"${process.execPath}" "${main}" server --help | head -1; echo done`,
  ]);
  t.is(code, 0);
  t.regex(stdout, /^rollcall server - .*\ndone\n$/);
});
