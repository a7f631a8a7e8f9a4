import test from 'ava';
import { TtlCheck } from '../../../agent/checks/ttl-check.ts';
import { SimulatedClock } from '../../common/client/simulated-clock.ts';

function started() {
  const clock = new SimulatedClock();
  const changes: string[] = [];
  const check = new TtlCheck({
    ttlMs: 10_000,
    initialStatus: 'critical',
    clock,
    onChange: (state) => changes.push(`${state.status}: ${state.summary}`),
  });
  return { clock, check, changes };
}

test('a TTL check is what the process last said', (t) => {
  const { check, changes } = started();
  check.report('passing', 'fine');
  check.report('warning', 'queue is long');
  check.report('critical', 'out of disk');
  t.deepEqual(changes, ['passing: fine', 'warning: queue is long', 'critical: out of disk']);
});

test('a TTL check turns critical after a TTL of silence, counted from the last report', async (t) => {
  const { clock, check, changes } = started();
  check.report('passing', '');
  await clock.advance(9_000);
  check.report('passing', '');
  await clock.advance(9_999);
  t.is(check.state.status, 'passing');
  await clock.advance(1);
  t.deepEqual(changes, ['passing: ', 'critical: no report within 10s']);
});

test('the note of a report is cut to 4 KiB for the API and to a line for the record', (t) => {
  const { check } = started();
  check.report('passing', `first\nsecond ${'x'.repeat(10_000)}`);
  t.is(Buffer.byteLength(check.state.output), 4096);
  t.is(check.state.summary.length, 200);
  t.true(check.state.summary.startsWith('first second xxx'));
});

test('a stopped TTL check stays silent', async (t) => {
  const { clock, check, changes } = started();
  check.stop();
  await clock.advance(60_000);
  t.deepEqual(changes, []);
});
