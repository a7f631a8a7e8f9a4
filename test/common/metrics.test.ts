import test from 'ava';
import { MetricsRegistry, seriesMax } from '../../common/metrics.ts';
import { registerProcessMetrics } from '../../common/process-metrics.ts';
import { AssertionError } from '../../common/runtime/assert.ts';
import { realClock } from '../../common/runtime/real-clock.ts';

test('counters, gauges and functions are printed in the text format', (t) => {
  const registry = new MetricsRegistry();
  const calls = registry.counter({ name: 'calls_total', help: 'Calls.', labels: ['method', 'code'] });
  calls.with('put', 'OK').increment();
  calls.with('put', 'OK').increment(2);
  calls.with('range', 'OK').increment();
  registry.gauge({ name: 'watchers', help: 'Watchers.' }).with().add(4);
  registry.reads({ name: 'revision', help: 'Revision.', read: () => 17 });
  registry.reads({ name: 'bytes_total', help: 'Bytes.', type: 'counter', read: () => Number.POSITIVE_INFINITY });
  t.is(
    registry.text(),
    `# HELP calls_total Calls.
# TYPE calls_total counter
calls_total{method="put",code="OK"} 3
calls_total{method="range",code="OK"} 1
# HELP watchers Watchers.
# TYPE watchers gauge
watchers 4
# HELP revision Revision.
# TYPE revision gauge
revision 17
# HELP bytes_total Bytes.
# TYPE bytes_total counter
bytes_total +Inf
`,
  );
});

test('a histogram counts up to and including each bound', (t) => {
  const registry = new MetricsRegistry();
  const seconds = registry
    .histogram({ name: 'fsync_seconds', help: 'Syncs.', buckets: [0.1, 1], labels: ['disk'] })
    .with('a');
  for (const value of [0.05, 0.1, 0.5, 1, 7]) seconds.observe(value);
  t.is(
    registry.text(),
    `# HELP fsync_seconds Syncs.
# TYPE fsync_seconds histogram
fsync_seconds_bucket{disk="a",le="0.1"} 2
fsync_seconds_bucket{disk="a",le="1"} 4
fsync_seconds_bucket{disk="a",le="+Inf"} 5
fsync_seconds_sum{disk="a"} 8.65
fsync_seconds_count{disk="a"} 5
`,
  );
});

test('a metric without labels is there from the start, at zero', (t) => {
  const registry = new MetricsRegistry();
  registry.counter({ name: 'puts_total', help: 'Puts.' });
  registry.histogram({ name: 'wait_seconds', help: 'Waits.', buckets: [1] });
  t.regex(registry.text(), /^puts_total 0$/m);
  t.regex(registry.text(), /^wait_seconds_bucket\{le="1"\} 0$/m);
  t.regex(registry.text(), /^wait_seconds_count 0$/m);
});

test('label values and help texts are escaped', (t) => {
  const registry = new MetricsRegistry();
  registry
    .gauge({ name: 'up', help: 'a\\b\nc', labels: ['peer'] })
    .with('a"b\\c\nd')
    .set(1);
  t.is(registry.text(), '# HELP up a\\\\b\\nc\n# TYPE up gauge\nup{peer="a\\"b\\\\c\\nd"} 1\n');
});

test('label values beyond the bound are counted together', (t) => {
  const registry = new MetricsRegistry();
  const family = registry.counter({ name: 'keys_total', help: 'Keys.', labels: ['key'] });
  for (let i = 0; i < seriesMax + 50; i++) family.with(`k${i}`).increment();
  t.regex(registry.text(), /^keys_total\{key="other"\} 50$/m);
  t.is(
    registry
      .text()
      .split('\n')
      .filter((line) => line.startsWith('keys_total{')).length,
    seriesMax + 1,
  );
});

test('wrong use is a programming error', (t) => {
  const registry = new MetricsRegistry();
  const family = registry.counter({ name: 'a_total', help: '', labels: ['x'] });
  t.throws(() => registry.gauge({ name: 'a_total', help: '' }), { instanceOf: AssertionError });
  t.throws(() => registry.gauge({ name: 'a-b', help: '' }), { instanceOf: AssertionError });
  t.throws(() => family.with(), { instanceOf: AssertionError });
  t.throws(() => family.with('v').increment(-1), { instanceOf: AssertionError });
});

test('the process’s own metrics have values that make sense', (t) => {
  const registry = new MetricsRegistry();
  t.teardown(registerProcessMetrics(registry, realClock));
  const value = (name: string): number => Number(new RegExp(`^${name} (.*)$`, 'm').exec(registry.text())?.[1]);
  t.true(value('process_resident_memory_bytes') > 10e6);
  t.true(value('process_cpu_seconds_total') > 0);
  t.true(Math.abs(value('process_start_time_seconds') - Date.now() / 1000) < 3_600);
  t.true(value('process_open_fds') >= 3);
  t.true(value('process_max_fds') >= value('process_open_fds'));
  t.true(value('nodejs_eventloop_lag_seconds') >= 0);
  t.regex(registry.text(), /^nodejs_version_info\{version="v\d+\.\d+\.\d+"\} 1$/m);
});
