import test from 'ava';
import { CheckRunner, type CheckSchedule } from '../../../agent/checks/check-runner.ts';
import { type ProbeResult, probeResult } from '../../../agent/checks/probe.ts';
import { ProbeGate } from '../../../agent/checks/probe-gate.ts';
import { seededRandom } from '../../../common/runtime/random.ts';
import { SimulatedClock } from '../../common/client/simulated-clock.ts';

const ok = probeResult('passing', '200 OK');
const bad = probeResult('critical', 'connection refused');

interface Setup {
  readonly schedule?: Partial<CheckSchedule>;
  readonly gate?: ProbeGate;
  /** Answers for the probes in order; the last one stays. undefined: never answers. */
  readonly answers: readonly (ProbeResult | undefined)[];
}

function running({ schedule = {}, gate = new ProbeGate(), answers }: Setup) {
  const clock = new SimulatedClock();
  const probedAt: number[] = [];
  const aborted: number[] = [];
  const changes: string[] = [];
  const runner = new CheckRunner({
    schedule: { intervalMs: 5000, timeoutMs: 1000, rise: 1, fall: 1, initialStatus: 'critical', ...schedule },
    probe: (signal) => {
      const number = probedAt.push(clock.monotonicMs());
      signal.addEventListener('abort', () => aborted.push(number));
      const answer = answers[Math.min(number, answers.length) - 1];
      return answer === undefined ? new Promise(() => {}) : Promise.resolve(answer);
    },
    gate,
    clock,
    random: seededRandom(7),
    onChange: (state, before) => changes.push(`${before.status} -> ${state.status}: ${state.summary}`),
  });
  const pauses = (): number[] => probedAt.slice(1).map((at, index) => Math.round(at - probedAt[index]!));
  return { clock, runner, probedAt, aborted, changes, pauses };
}

test('a check starts critical and is probed within a quarter of a second', async (t) => {
  const { clock, runner, probedAt, changes } = running({ answers: [ok] });
  t.is(runner.state.status, 'critical');
  await clock.advance(250);
  t.is(probedAt.length, 1);
  t.is(runner.state.status, 'passing');
  t.deepEqual(changes, ['critical -> passing: 200 OK']);
});

test('a check starts with the status that its definition gives', async (t) => {
  const { clock, runner, changes } = running({ schedule: { initialStatus: 'passing' }, answers: [bad] });
  t.is(runner.state.status, 'passing');
  await clock.advance(250);
  t.deepEqual(changes, ['passing -> critical: connection refused']);
});

test('probes come at the interval, the second one early by up to a half', async (t) => {
  const { clock, pauses } = running({ answers: [ok] });
  await clock.advance(30_000);
  const [second, ...later] = pauses();
  t.true(second! >= 2500 && second! <= 5000, String(second));
  t.deepEqual(new Set(later), new Set([5000]));
});

test('a check that was never good is probed every second, for thirty probes', async (t) => {
  const { clock, pauses } = running({ answers: [bad] });
  await clock.advance(60_000);
  t.deepEqual(pauses().slice(0, 29), new Array(29).fill(1000));
  t.deepEqual(new Set(pauses().slice(30)), new Set([5000]));
});

test('a change of output alone is told, the same result again is not', async (t) => {
  const { clock, changes } = running({ answers: [ok, ok, probeResult('passing', '204 No Content'), ok] });
  await clock.advance(40_000);
  t.deepEqual(changes, [
    'critical -> passing: 200 OK',
    'passing -> passing: 204 No Content',
    'passing -> passing: 200 OK',
  ]);
});

test('a probe without an answer is aborted at the timeout and counts as critical', async (t) => {
  const { clock, runner, aborted, probedAt } = running({
    schedule: { initialStatus: 'passing' },
    answers: [undefined],
  });
  await clock.advance(250);
  t.is(runner.state.status, 'passing');
  await clock.advance(1000);
  t.deepEqual(aborted, [1]);
  t.is(runner.state.status, 'critical');
  t.is(runner.state.summary, 'no answer within 1000 ms');
  t.is(probedAt.length, 1);
});

test('a slow probe does not overlap with the next one', async (t) => {
  const { clock, pauses } = running({
    schedule: { intervalMs: 1000, timeoutMs: 3000, initialStatus: 'passing' },
    answers: [undefined],
  });
  await clock.advance(20_000);
  t.true(pauses().length >= 5);
  t.deepEqual(new Set(pauses()), new Set([3000]));
});

test('a stopped check neither probes nor reports', async (t) => {
  const { clock, runner, aborted, changes, probedAt } = running({ answers: [undefined] });
  await clock.advance(300);
  runner.stop();
  runner.stop();
  await clock.advance(60_000);
  t.deepEqual({ aborted, changes, probes: probedAt.length }, { aborted: [1], changes: [], probes: 1 });
  t.is(clock.pendingTimers, 0);
});

test('probes beyond the gate wait, and their timeout starts when they run', async (t) => {
  const gate = new ProbeGate(1);
  const leave = gate.enter(() => {});
  const { clock, runner, probedAt, changes } = running({ gate, answers: [ok] });
  await clock.advance(10_000);
  t.is(probedAt.length, 0);
  t.deepEqual(changes, []);
  leave();
  leave();
  await clock.advance(1);
  t.is(probedAt.length, 1);
  t.is(runner.state.status, 'passing');
});

test('the gate admits in the order of arrival and never more than its bound', (t) => {
  const gate = new ProbeGate(2);
  const started: string[] = [];
  const [a, b, c] = ['a', 'b', 'c', 'd'].map((name) => gate.enter(() => started.push(name)));
  t.deepEqual(started, ['a', 'b']);
  c!();
  a!();
  t.deepEqual(started, ['a', 'b', 'd'], 'c gave its wish up');
  b!();
  const e = gate.enter(() => started.push('e'));
  t.deepEqual(started, ['a', 'b', 'd', 'e']);
  e();
});
