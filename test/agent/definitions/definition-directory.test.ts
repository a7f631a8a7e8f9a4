import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type DefinitionDirectory, openDefinitionDirectory } from '../../../agent/definitions/definition-directory.ts';
import type { FileContent } from '../../../agent/definitions/definition-files.ts';
import { silentLogger } from '../../../common/log.ts';
import type { Clock } from '../../../common/runtime/clock.ts';
import { realClock } from '../../../common/runtime/real-clock.ts';
import { UsageError } from '../../../common/runtime/role.ts';
import { SimulatedClock } from '../../common/client/simulated-clock.ts';
import { eventually } from '../eventually.ts';

interface Opened {
  readonly path: string;
  readonly directory: DefinitionDirectory;
  /** What each load brought. */
  readonly loads: Record<string, string>[];
}

async function opened(t: ExecutionContext, clock: Clock, contents: Record<string, string> = {}): Promise<Opened> {
  const path = await mkdtemp(join(tmpdir(), 'rollcall-definitions-'));
  t.teardown(() => rm(path, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(contents)) await writeFile(join(path, name), text);
  const loads: Record<string, string>[] = [];
  const onFiles = (files: ReadonlyMap<string, FileContent>): void => {
    const texts = [...files].map(([name, content]) => [name, 'text' in content ? content.text : `! ${content.error}`]);
    loads.push(Object.fromEntries(texts) as Record<string, string>);
  };
  const directory = await openDefinitionDirectory({ directory: path, clock, log: silentLogger, onFiles });
  t.teardown(() => directory.close());
  return { path, directory, loads };
}

test('definition files are read at once, other files and hidden ones are not', async (t) => {
  const files = { 'a.yaml': '1', 'b.yml': '2', 'c.json': '3' };
  const { path, directory, loads } = await opened(t, new SimulatedClock(), {
    ...files,
    ...{ 'notes.txt': 'x', '.hidden.yaml': 'x', 'a.yaml~': 'x', 'b.yml.swp': 'x' },
  });
  t.deepEqual(loads, [files]);
  await mkdir(join(path, 'd.yaml'));
  await symlink(join(path, 'a.yaml'), join(path, 'e.yaml'));
  await writeFile(join(path, 'f.yaml'), 'x'.repeat(1024 * 1024 + 1));
  await directory.reload();
  t.deepEqual(loads.at(-1), {
    ...files,
    'd.yaml': '! is not a file',
    'e.yaml': '1',
    'f.yaml': '! is larger than 1048576 bytes',
  });
});

test('writing, replacing and removing a file is noticed', async (t) => {
  const { path, loads } = await opened(t, realClock, { 'a.yaml': '1' });
  await writeFile(join(path, 'b.yaml'), '2');
  await eventually('b.yaml to be read', () => loads.at(-1)!['b.yaml'] === '2');
  await writeFile(join(path, 'new'), '3');
  await rename(join(path, 'new'), join(path, 'a.yaml'));
  await eventually('a.yaml to be replaced', () => loads.at(-1)!['a.yaml'] === '3');
  await rm(join(path, 'b.yaml'));
  await eventually('b.yaml to go', () => !('b.yaml' in loads.at(-1)!));
  t.deepEqual(loads.at(-1), { 'a.yaml': '3' });
});

test('a change that no notification told of is found by looking now and then, and nothing is read without a change', async (t) => {
  const clock = new SimulatedClock();
  const { path, loads } = await opened(t, clock, { 'a.yaml': '1' });
  for (let i = 0; i < 10; i++) await clock.advance(10_000);
  t.is(loads.length, 1);
  await writeFile(join(path, 'a.yaml'), '22');
  await eventually('the rescan', async () => {
    await clock.advance(10_000);
    return loads.at(-1)!['a.yaml'] === '22';
  });
});

test('a directory that is not there, or not a directory, is a usage error', async (t) => {
  const { path } = await opened(t, new SimulatedClock(), { 'a.yaml': '1' });
  const open = (directory: string): Promise<unknown> =>
    openDefinitionDirectory({ directory, clock: realClock, log: silentLogger, onFiles: () => {} });
  await t.throwsAsync(open(join(path, 'nowhere')), {
    instanceOf: UsageError,
    message: `--config-dir ${path}/nowhere: there is no such directory`,
  });
  await t.throwsAsync(open(join(path, 'a.yaml')), {
    instanceOf: UsageError,
    message: `--config-dir ${path}/a.yaml: is not a directory`,
  });
});

test('a directory that goes away later changes nothing, and is read again when it is back', async (t) => {
  const clock = new SimulatedClock();
  const { path, directory, loads } = await opened(t, clock, { 'a.yaml': '1' });
  await rm(path, { recursive: true });
  await directory.reload();
  t.is(loads.length, 1);
  await mkdir(path);
  await writeFile(join(path, 'a.yaml'), '2');
  await directory.reload();
  t.deepEqual(loads.at(-1), { 'a.yaml': '2' });
});

test('after close nothing is read', async (t) => {
  const clock = new SimulatedClock();
  const { path, directory, loads } = await opened(t, clock);
  directory.close();
  await writeFile(join(path, 'a.yaml'), '1');
  await directory.reload();
  await clock.advance(60_000);
  t.is(loads.length, 1);
  t.is(clock.pendingTimers, 0);
});
