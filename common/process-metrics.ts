// What Prometheus users expect of every process (prometheus.io/docs/instrumenting/writing_clientlibs, process
// metrics), and node's event loop. Reads the operating system, so composition roots register it.

import { readdirSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { MetricsRegistry } from './metrics.ts';
import type { Clock } from './runtime/clock.ts';

const loopDelayResolutionMs = 20;
const nanosPerSecond = 1e9;

/** Registers them; returns what stops the measuring of the event loop. */
export function registerProcessMetrics(registry: MetricsRegistry, clock: Clock): () => void {
  const startSeconds = clock.wallMs() / 1000 - process.uptime();
  registry.reads({
    name: 'process_cpu_seconds_total',
    help: 'Total user and system CPU time spent in seconds.',
    type: 'counter',
    read: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
  });
  registry.reads({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory size in bytes.',
    read: () => process.memoryUsage.rss(),
  });
  registry.reads({
    name: 'process_start_time_seconds',
    help: 'Start time of the process since unix epoch in seconds.',
    read: () => startSeconds,
  });
  registry.reads({ name: 'process_open_fds', help: 'Number of open file descriptors.', read: openFiles });
  registry.reads({ name: 'process_max_fds', help: 'Maximum number of open file descriptors.', read: openFilesMax });
  registry.reads({
    name: 'nodejs_heap_size_used_bytes',
    help: 'Bytes of the JavaScript heap in use.',
    read: () => process.memoryUsage().heapUsed,
  });
  registry
    .gauge({ name: 'nodejs_version_info', help: 'The version of Node.js.', labels: ['version'] })
    .with(process.version)
    .set(1);
  return registerLoopDelay(registry);
}

function registerLoopDelay(registry: MetricsRegistry): () => void {
  const delay = monitorEventLoopDelay({ resolution: loopDelayResolutionMs });
  delay.enable();
  const seconds = (nanos: number): number =>
    Number.isFinite(nanos) ? Math.max(0, nanos / nanosPerSecond - loopDelayResolutionMs / 1000) : 0;
  registry.reads({
    name: 'nodejs_eventloop_lag_seconds',
    help: 'Mean delay of the event loop since the last scrape.',
    // An empty measurement has mean NaN.
    read: () => seconds(delay.mean),
  });
  registry.reads({
    name: 'nodejs_eventloop_lag_p99_seconds',
    help: '99th percentile of the delay of the event loop since the last scrape.',
    read: () => seconds(delay.percentile(99)),
  });
  registry.reads({
    name: 'nodejs_eventloop_lag_max_seconds',
    help: 'Longest delay of the event loop since the last scrape.',
    read: () => {
      const longest = seconds(delay.max);
      delay.reset();
      return longest;
    },
  });
  return () => delay.disable();
}

/** NaN where there is no /proc: Prometheus takes it as no value. */
function openFiles(): number {
  try {
    // Reading the directory opens one more.
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return Number.NaN;
  }
}

function openFilesMax(): number {
  try {
    const limit = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
  } catch {
    return Number.NaN;
  }
}
