// The files of deploy/. There is no container engine or systemd here, so what can be checked without them is: generated
// files are fresh, compose and units parse, every command line and setting in them is one that the role accepts, and the
// Dockerfile copies what exists and does not run as root.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { parse } from 'yaml';
import { loadRole, type RoleName, roleNames, roles, roleTable } from '../../bin/roles.ts';
import { loadOptions } from '../../common/config/load-options.ts';
import { deployFiles } from '../../deploy/generate.ts';
import { serverConfig } from '../../server/options/server-config.ts';
import { type ServerValues, options as serverOptions } from '../../server/options.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

async function accept(
  role: RoleName,
  argv: readonly string[],
  env: Record<string, string> = {},
): Promise<readonly string[]> {
  const table = roleTable(await loadRole(role));
  return loadOptions(table, { argv, env, prefixes: roles[role].prefixes }).warnings;
}

test('units and environment files are what the option tables say (npm run generate)', async (t) => {
  for (const { path, text } of await deployFiles()) t.is(read(path), text, path);
});

test('every setting of an environment file, taken out of its comment, is accepted by its role', async (t) => {
  for (const role of roleNames) {
    const env: Record<string, string> = {};
    for (const line of read(`deploy/env/rollcall-${role}.env`).split('\n')) {
      const setting = /^#?([A-Z][A-Z0-9_]*)=(.*)$/.exec(line);
      if (setting !== null && setting[2] !== '') env[setting[1]!] = setting[2]!;
    }
    t.true(Object.keys(env).length > 3, role);
    t.deepEqual(await accept(role, [], env), [], role);
  }
});

test('a unit starts its role with flags that the role accepts', async (t) => {
  for (const role of roleNames) {
    const unit = read(`deploy/systemd/rollcall-${role}.service`);
    const sections = [...unit.matchAll(/^\[(\w+)\]$/gm)].map((match) => match[1]);
    t.deepEqual(sections, ['Unit', 'Service', 'Install']);
    for (const line of unit.split('\n')) t.regex(line, /^(#.*|\[\w+\]|[A-Za-z]+=.*|)$/, role);
    const [, command, args] = /^ExecStart=\S+\/rollcall (\w+)(.*)$/m.exec(unit)!;
    t.is(command, role);
    t.deepEqual(await accept(role, args!.split(' ').filter(Boolean)), []);
    t.regex(unit, /^User=rollcall$/m);
  }
});

interface Compose {
  readonly services: Record<string, { command?: string[]; image?: string; volumes?: string[]; profiles?: string[] }>;
  readonly volumes?: Record<string, null>;
}

test('compose runs three core nodes, an agent, a DNS responder and a proxy with flags that they accept', async (t) => {
  const compose = parse(read('deploy/compose.yaml'), { merge: true }) as Compose;
  t.deepEqual(Object.keys(compose.services), ['core-1', 'core-2', 'core-3', 'agent', 'dns', 'proxy']);
  for (const { command, volumes } of Object.values(compose.services)) {
    const [role, ...argv] = command!;
    t.deepEqual(await accept(role as RoleName, argv), []);
    for (const volume of volumes ?? []) {
      const source = volume.split(':')[0]!;
      if (source.startsWith('.')) t.true(existsSync(join(root, 'deploy', source)), volume);
      else t.true(source in compose.volumes!, volume);
    }
  }
});

test('compose for a single core node starts with the configuration it gives', (t) => {
  const compose = parse(read('deploy/compose.single.yaml')) as Compose;
  const [, ...argv] = compose.services['core-1']!.command!;
  const { values } = loadOptions(serverOptions, { argv, env: {}, prefixes: [] });
  const { source } = serverConfig(values as ServerValues).bootstrap;
  t.is(source.kind === 'static' && source.members.size, 1);
  t.deepEqual(compose.services['core-2']!.profiles, ['cluster']);
});

test('the image copies what exists, checks its health and is not root', (t) => {
  const text = read('deploy/Dockerfile').replace(/\\\n/g, ' ');
  const instructions = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const known = /^(FROM|WORKDIR|COPY|RUN|USER|VOLUME|EXPOSE|ENV|HEALTHCHECK|ENTRYPOINT|CMD) \S/;
  for (const line of instructions) t.regex(line, known);
  for (const line of instructions.filter((one) => one.startsWith('COPY ') && !one.includes('--from'))) {
    for (const source of line.split(' ').slice(1, -1)) t.true(existsSync(join(root, source)), line);
  }
  const last = text.slice(text.lastIndexOf('FROM '));
  t.regex(last, /^USER rollcall$/m);
  t.regex(last, /^HEALTHCHECK /m);
  t.is(text.match(/^FROM /gm)!.length, 2);
});
