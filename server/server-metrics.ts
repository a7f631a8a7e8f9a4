// What a core node tells Prometheus, under etcd's metric names (its dashboards and alerts look for them).

import { durationBuckets, MetricsRegistry } from '../common/metrics.ts';
import { registerProcessMetrics } from '../common/process-metrics.ts';
import type { Clock } from '../common/runtime/clock.ts';
import type { CoreNode } from './core-node.ts';

export interface ServerMetrics {
  /** Reads the node's numbers at each scrape from now on. */
  observe(node: CoreNode): void;
  readonly walSynced: (durationMs: number) => void;
  readonly text: () => string;
  readonly stop: () => void;
}

export function serverMetrics(clock: Clock): ServerMetrics {
  const registry = new MetricsRegistry();
  const stopMeasuring = registerProcessMetrics(registry, clock);
  const walSync = registry
    .histogram({
      name: 'etcd_disk_wal_fsync_duration_seconds',
      help: 'how long fdatasync of the write-ahead log takes',
      buckets: durationBuckets,
    })
    .with();
  return {
    walSynced: (durationMs) => walSync.observe(durationMs / 1000),
    text: () => registry.text(),
    stop: stopMeasuring,
    observe: (node) => observeNode(registry, node),
  };
}

function observeNode(registry: MetricsRegistry, node: CoreNode): void {
  const gauge = (name: string, help: string, read: () => number): void => registry.reads({ name, help, read });
  const counter = (name: string, help: string, read: () => number): void =>
    registry.reads({ name, help, type: 'counter', read });
  gauge('etcd_server_has_leader', 'whether this member knows a leader', () => (node.raft.leader === 0n ? 0 : 1));
  gauge('etcd_server_is_leader', 'whether this member leads', () => (node.raft.role === 'leader' ? 1 : 0));
  gauge(
    'etcd_server_proposals_pending',
    'commands that wait for the log or for apply',
    () => node.replica.pendingProposals,
  );
  counter(
    'etcd_server_proposals_committed_total',
    'index of the last committed log entry',
    () => node.raft.log.commitIndex,
  );
  counter(
    'etcd_server_proposals_applied_total',
    'index of the last applied log entry',
    () => node.raft.log.appliedIndex,
  );
  gauge('etcd_debugging_mvcc_keys_total', 'live keys', () => node.store.liveKeys);
  gauge('etcd_debugging_mvcc_current_revision', 'revision of the store', () => node.store.currentRevision);
  gauge(
    'etcd_debugging_mvcc_compact_revision',
    'revision that history was compacted to',
    () => node.store.compactRevision,
  );
  gauge('etcd_debugging_mvcc_watcher_total', 'watches', () => node.watches.watcherCount);
  gauge(
    'etcd_debugging_mvcc_slow_watcher_total',
    'watches that are behind and read history',
    () => node.watches.unsyncedCount,
  );
  gauge('etcd_debugging_lease_total', 'leases', () => node.lessor.size);
  gauge('etcd_mvcc_db_total_size_in_bytes', 'size of the state store', () => node.quota.usedBytes);
  gauge('etcd_mvcc_db_total_size_in_use_in_bytes', 'size of the state store in use', () => node.quota.usedBytes);
}
