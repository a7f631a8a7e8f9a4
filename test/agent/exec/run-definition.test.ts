import test from 'ava';
import { type RunFlags, runDefinition } from '../../../agent/exec/run-definition.ts';
import { UsageError } from '../../../common/runtime/role.ts';

const defaults = { node: 'host-a', address: '10.0.0.9' };
const flags: RunFlags = {
  ...{ service: 'web', port: 8080, id: '', tag: [], meta: [], check: '', interval: 5000, timeout: undefined },
  ...{ rise: 1, fall: 1 },
};

test('without a check the definition has none', (t) => {
  t.like(runDefinition(flags, defaults), { service: 'web', id: 'host-a-web-8080', address: '10.0.0.9', checks: [] });
});

const targets: readonly (readonly [check: string, target: object])[] = [
  ['http:/healthz', { kind: 'http', url: 'http://10.0.0.9:8080/healthz' }],
  ['http://127.0.0.1:9090/up', { kind: 'http', url: 'http://127.0.0.1:9090/up' }],
  ['https://web.example/up', { kind: 'http', url: 'https://web.example/up' }],
  ['tcp', { kind: 'tcp', host: '10.0.0.9', port: 8080 }],
  ['tcp::9090', { kind: 'tcp', host: '10.0.0.9', port: 9090 }],
  ['tcp:127.0.0.1:9090', { kind: 'tcp', host: '127.0.0.1', port: 9090 }],
  ['tcp:[::1]:9090', { kind: 'tcp', host: '::1', port: 9090 }],
];

for (const [check, target] of targets) {
  test(`--check ${check} is understood`, (t) => {
    const definition = runDefinition({ ...flags, check, interval: 1500, timeout: 250, rise: 2, fall: 3 }, defaults);
    t.like(definition.checks[0]!.target, target);
    t.deepEqual(definition.checks[0]!.schedule, {
      ...{ intervalMs: 1500, timeoutMs: 250, rise: 2, fall: 3, initialStatus: 'critical' },
    });
  });
}

const refused: readonly (readonly [change: Partial<RunFlags>, message: string])[] = [
  [{ service: '' }, '--service: is required'],
  [{ port: undefined }, '--port: is required'],
  [{ port: undefined, check: 'tcp' }, '--port: is required'],
  [{ tag: ['a\nb'] }, '--tag: expected a tag (text on one line), got "a\\nb"'],
  [{ meta: ['=x'] }, '--meta: expected name=value, got "=x"'],
  [{ check: 'http' }, '--check: expected http:/PATH, an http URL, tcp or tcp:HOST:PORT, got "http"'],
  [{ check: 'tcp', timeout: 61_000 }, '--timeout: expected a duration from 10 ms to 60000 ms, got "1m1s"'],
];

for (const [change, message] of refused) {
  test(`refused: ${JSON.stringify(change)}: ${message}`, (t) => {
    t.throws(() => runDefinition({ ...flags, ...change }, defaults), { instanceOf: UsageError, message });
  });
}
