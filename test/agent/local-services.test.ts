import test from 'ava';
import type { ProbeResult } from '../../agent/checks/probe.ts';
import { probeResult } from '../../agent/checks/probe.ts';
import { ProbeGate } from '../../agent/checks/probe-gate.ts';
import { parseDefinitions } from '../../agent/definitions/parse-definitions.ts';
import { LocalServices } from '../../agent/local-services.ts';
import { silentLogger } from '../../common/log.ts';
import { seededRandom } from '../../common/runtime/random.ts';
import { SimulatedClock } from '../common/client/simulated-clock.ts';

const ok = probeResult('passing', '200 OK');

function local() {
  const clock = new SimulatedClock();
  const probed: string[] = [];
  let answer: ProbeResult = ok;
  let changes = 0;
  const services = new LocalServices({
    ...{ clock, random: seededRandom(1), log: silentLogger, gate: new ProbeGate(), node: 'host-a' },
    onChange: () => changes++,
    probeFor: (target) => async () => {
      probed.push(target.kind === 'http' ? target.url : `${target.host}:${target.port}`);
      return answer;
    },
  });
  return {
    ...{ clock, services, probed },
    changes: () => changes,
    answer: (next: ProbeResult) => (answer = next),
    define: (yaml: string) => {
      const parsed = parseDefinitions('x.yaml', yaml, { node: 'host-a', address: '10.0.0.9' });
      if (parsed.problems.length > 0) throw new Error(JSON.stringify(parsed.problems));
      services.replace(parsed.services.map((definition) => ({ source: 'x.yaml', definition })));
    },
    statuses: () => services.list().map(({ definition, status }) => `${definition.id} ${status}`),
  };
}

const web = (rest: string): string => `service: web\nid: web-1\nport: 80\n${rest}`;
const checked = web('checks: [{ http: /a, interval: 5s }, { tcp: ":80", interval: 5s }]\n');

test('a service without checks is passing, one with checks is as good as the worst', async (t) => {
  const { clock, services, define, statuses, answer } = local();
  define('services: [{ service: a, id: a, port: 1 }, { service: b, id: b, port: 1, checks: [{ http: / }, { ttl: 60s }] }]');
  t.deepEqual(statuses(), ['a passing', 'b critical']);
  await clock.advance(250);
  t.deepEqual(statuses(), ['a passing', 'b critical'], 'nothing has been said to the TTL check');
  services.get('b')!.checks[1]!.report!('warning', 'busy');
  t.deepEqual(statuses(), ['a passing', 'b warning']);
  answer(probeResult('critical', 'refused'));
  await clock.advance(10_000);
  t.deepEqual(statuses(), ['a passing', 'b critical']);
});

test('records carry status and check output under the key of the instance', async (t) => {
  const { clock, services, define } = local();
  define(checked);
  await clock.advance(250);
  const [[key, record]] = [...services.records()] as [[string, { value: string; essence: string }]];
  t.is(key, '/rollcall/services/web/web-1');
  t.deepEqual(JSON.parse(record.value), {
    ...{ service: 'web', id: 'web-1', address: '10.0.0.9', port: 80, protocol: 'tcp', tags: [], meta: {} },
    ...{ weight: 1, priority: 1, status: 'passing', node: 'host-a' },
    checks: [
      { id: 'http', status: 'passing', output: '200 OK' },
      { id: 'tcp', status: 'passing', output: '200 OK' },
    ],
  });
});

test('the essence changes with a status and with the first output, not with later wording', async (t) => {
  const { clock, services, define, answer } = local();
  define(checked);
  const essence = (): string => services.records().get('/rollcall/services/web/web-1')!.essence;
  const before = essence();
  answer(probeResult('critical', 'refused'));
  await clock.advance(250);
  const first = essence();
  t.not(first, before);
  answer(probeResult('critical', 'no route'));
  await clock.advance(1_000);
  t.is(essence(), first);
  t.true(services.records().get('/rollcall/services/web/web-1')!.value.includes('no route'));
});

test('replacing a list with an equal one restarts no check', async (t) => {
  const { clock, define, probed } = local();
  define(checked);
  await clock.advance(4_000);
  const count = probed.length;
  define(checked);
  define(web(`tags: [v2]\n${checked.slice(web('').length)}`));
  await clock.advance(300);
  t.is(probed.length, count, 'also with other tags');
});

test('an edited check goes on from the state it had', async (t) => {
  const { clock, define, statuses, probed } = local();
  define(checked);
  await clock.advance(250);
  t.deepEqual(statuses(), ['web-1 passing']);
  define(checked.replace('/a', '/b'));
  t.deepEqual(statuses(), ['web-1 passing']);
  probed.length = 0;
  await clock.advance(20_000);
  t.true(probed.includes('http://10.0.0.9/b'));
  t.false(probed.includes('http://10.0.0.9/a'), 'the old one is stopped');
});

test('checks of removed services stop', async (t) => {
  const { clock, services, define, probed, changes } = local();
  define(checked);
  await clock.advance(250);
  services.replace([]);
  const [count, changed] = [probed.length, changes()];
  await clock.advance(60_000);
  t.is(probed.length, count);
  t.is(changes(), changed);
  t.is(services.records().size, 0);
  t.is(clock.pendingTimers, 0);
});
