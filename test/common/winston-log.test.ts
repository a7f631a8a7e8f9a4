import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Logger } from '../../common/log.ts';
import type { Clock } from '../../common/runtime/clock.ts';
import { realClock } from '../../common/runtime/real-clock.ts';
import { UsageError } from '../../common/runtime/role.ts';
import { createLogger, type LogOptions } from '../../common/winston-log.ts';

const clock: Clock = { ...realClock, wallMs: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6) };

function logged(t: ExecutionContext, options: Partial<LogOptions>, write: (log: Logger) => void): string[] {
  const directory = mkdtempSync(join(tmpdir(), 'rollcall-log-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'out.log');
  write(createLogger({ level: 'info', format: 'text', outputs: [path], clock, ...options }));
  return readFileSync(path, 'utf8').split('\n').slice(0, -1);
}

test('text lines have time, level, message and fields, quoted where they need it', (t) => {
  const lines = logged(t, {}, (log) => {
    log.info('lease granted', { lease: 255n, ttl: 15, ok: true, absent: undefined });
    log.child({ role: 'dns' }).warn('odd value', { value: 'a b', empty: '', quoted: '"' });
    log.debug('not at this level');
  });
  t.deepEqual(lines, [
    '2026-01-02T03:04:05.006Z INFO  lease granted lease=255 ttl=15 ok=true',
    '2026-01-02T03:04:05.006Z WARN  odd value role=dns value="a b" empty="" quoted="\\""',
  ]);
});

test('what came from outside cannot forge a line', (t) => {
  const lines = logged(t, {}, (log) => log.error('bad\nINFO all is well', { input: 'x\ny' }));
  t.deepEqual(lines, ['2026-01-02T03:04:05.006Z ERROR bad\\nINFO all is well input="x\\ny"']);
});

test('JSON lines have the names that etcd’s logs use', (t) => {
  const lines = logged(t, { format: 'json', level: 'debug' }, (log) =>
    log.debug('hello', { id: 18446744073709551615n }),
  );
  t.deepEqual(JSON.parse(lines[0] ?? ''), {
    level: 'debug',
    ts: '2026-01-02T03:04:05.006Z',
    msg: 'hello',
    id: '18446744073709551615',
  });
});

test('panic and fatal are error', (t) => {
  const lines = logged(t, { level: 'fatal' }, (log) => {
    log.warn('no');
    log.error('yes');
  });
  t.is(lines.length, 1);
});

test('a log file that cannot be written is refused by name', (t) => {
  const outputs = ['/nonexistent/rollcall.log'];
  const error = t.throws(() => createLogger({ level: 'info', format: 'text', outputs, clock }), {
    instanceOf: UsageError,
  });
  t.regex(error?.message ?? '', /^--log-outputs: cannot write \/nonexistent\/rollcall\.log: ENOENT/);
});
