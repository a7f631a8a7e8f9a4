// Settings of etcd that a core node understands without having what they tune: they are accepted, warned about when
// they ask for something, and kept out of --help. An existing etcd configuration starts unchanged.

import { defineOptions } from '../../common/config/option.ts';

const section = 'Compatibility';
const base = { section, hidden: true, status: 'ignored' } as const;
const word = { ...base, kind: 'string', default: '' } as const;
const flag = { ...base, kind: 'boolean', default: false } as const;
const count = { ...base, kind: 'integer', default: 0 } as const;
const time = { ...base, kind: 'duration', fileBare: 'ns' } as const;

const log = 'the log is cut by what the store has flushed';
const store = 'the store is RocksDB and tunes itself';
const tracing = 'traces are not exported';
const checks = 'a single member has no other copy to compare with';
const checkpoints = 'lease checkpoints are not a choice';
const pings = 'the HTTP/2 engine has limits of its own';
const slow = 'slow requests are in the metrics, not in the log';
const v2 = 'the v2 API is not served';
const proxy = 'means something with --proxy only';
const long = 'of etcd 0.4, without a meaning since';

export const compatibleOptions = defineOptions({
  'snapshot-count': { ...count, default: 100000, because: log, help: 'log entries between snapshots' },
  'snapshot-catchup-entries': {
    ...count,
    default: 5000,
    aliases: ['experimental-snapshot-catchup-entries', 'experimental-snapshot-catch-up-entries'],
    because: log,
    help: 'log entries kept for members that lag behind',
  },
  'max-snapshots': { ...count, default: 5, because: 'there are no snapshot files', help: 'snapshot files kept' },
  'max-wals': { ...count, default: 5, because: log, help: 'log files kept' },
  'backend-batch-interval': { ...time, default: '0s', because: store, help: 'time between store commits' },
  'backend-batch-limit': { ...count, because: store, help: 'operations between store commits' },
  'backend-bbolt-freelist-type': {
    ...word,
    default: 'map',
    aliases: ['experimental-backend-bbolt-freelist-type'],
    because: store,
    help: 'free list of bbolt',
  },
  'bootstrap-defrag-threshold-megabytes': {
    ...count,
    aliases: ['experimental-bootstrap-defrag-threshold-megabytes'],
    because: store,
    help: 'waste that is worth a defragmentation at start',
  },
  'compaction-batch-limit': {
    ...count,
    default: 1000,
    aliases: ['experimental-compaction-batch-limit'],
    because: store,
    help: 'revisions removed at a time',
  },
  'compaction-sleep-interval': {
    ...time,
    default: '10ms',
    aliases: ['experimental-compaction-sleep-interval'],
    because: store,
    help: 'rest between two such batches',
  },
  'memory-mlock': { ...flag, aliases: ['experimental-memory-mlock'], because: store, help: 'keep bbolt in memory' },
  'txn-mode-write-with-shared-buffer': {
    ...flag,
    default: true,
    aliases: ['experimental-txn-mode-write-with-shared-buffer'],
    because: store,
    help: 'share buffers in write transactions',
  },
  'initial-corrupt-check': {
    ...flag,
    aliases: ['experimental-initial-corrupt-check'],
    because: checks,
    help: 'compare at start',
  },
  'corrupt-check-time': {
    ...time,
    default: '0s',
    aliases: ['experimental-corrupt-check-time'],
    because: checks,
    help: 'time between comparisons',
  },
  'compact-hash-check-enabled': {
    ...flag,
    aliases: ['experimental-compact-hash-check-enabled'],
    because: checks,
    help: 'compare hashes of compactions',
  },
  'compact-hash-check-time': {
    ...time,
    default: '1m',
    aliases: ['experimental-compact-hash-check-time'],
    because: checks,
    help: 'time between those comparisons',
  },
  'enable-lease-checkpoint': {
    ...flag,
    aliases: ['experimental-enable-lease-checkpoint'],
    because: checkpoints,
    help: 'remember the remaining time of leases',
  },
  'enable-lease-checkpoint-persist': {
    ...flag,
    aliases: ['experimental-enable-lease-checkpoint-persist'],
    because: checkpoints,
    help: 'store the remaining time of leases',
  },
  'downgrade-check-time': {
    ...time,
    default: '5s',
    aliases: ['experimental-downgrade-check-time'],
    because: 'there is no downgrade',
    help: 'time between downgrade checks',
  },
  'stop-grpc-service-on-defrag': {
    ...flag,
    aliases: ['experimental-stop-grpc-service-on-defrag'],
    because: 'defragmentation never stops the service',
    help: 'stop serving while defragmenting',
  },
  'feature-gates': { ...word, because: 'there are no feature gates', help: 'features switched on or off' },
  'max-concurrent-streams': {
    ...count,
    default: 4294967295,
    because: 'the HTTP/2 engine has bounds of its own',
    help: 'streams that one client connection may have open',
  },
  'grpc-keepalive-min-time': { ...time, default: '5s', because: pings, help: "least time between a client's pings" },
  'grpc-keepalive-interval': { ...time, default: '2h', because: pings, help: 'time between pings to a client' },
  'grpc-keepalive-timeout': { ...time, default: '20s', because: pings, help: 'how long the answer may take' },
  'warning-apply-duration': {
    ...time,
    default: '100ms',
    aliases: ['experimental-warning-apply-duration'],
    because: slow,
    help: 'applying that takes longer is logged',
  },
  'warning-unary-request-duration': {
    ...time,
    default: '300ms',
    aliases: ['experimental-warning-unary-request-duration'],
    because: slow,
    help: 'answering that takes longer is logged',
  },
  'listen-client-http-urls': {
    ...base,
    kind: 'url-list',
    default: '',
    because: 'HTTP is served on the client URLs, beside gRPC',
    help: 'where HTTP clients are served apart',
  },
  'listen-metrics-urls': {
    ...base,
    kind: 'url-list',
    default: '',
    because: 'metrics and health are served on the client URLs',
    help: 'where metrics are served apart',
  },
  'enable-grpc-gateway': { ...flag, default: true, because: 'the JSON gateway is always on', help: 'serve JSON' },
  'socket-reuse-port': {
    ...flag,
    fileKeys: ['socket-options.reuse-port'],
    because: 'Node.js does not set it',
    help: 'SO_REUSEPORT',
  },
  'socket-reuse-address': {
    ...flag,
    fileKeys: ['socket-options.reuse-address'],
    because: 'Node.js always sets it',
    help: 'SO_REUSEADDR',
  },
  'raft-read-timeout': { ...time, default: '5s', because: 'peers are pinged instead', help: 'silence of a peer' },
  'raft-write-timeout': {
    ...time,
    default: '5s',
    because: 'peers are pinged instead',
    help: 'a peer that does not read',
  },
  'enable-pprof': { ...flag, because: 'use node --inspect', help: 'serve profiles' },
  metrics: {
    ...base,
    kind: 'enum',
    values: ['basic', 'extensive'],
    default: 'basic',
    because: 'all metrics are always there',
    help: 'how many metrics are served',
  },
  'enable-distributed-tracing': {
    ...flag,
    aliases: ['experimental-enable-distributed-tracing'],
    because: tracing,
    help: 'export traces',
  },
  'distributed-tracing-address': {
    ...word,
    default: 'localhost:4317',
    aliases: ['experimental-distributed-tracing-address'],
    because: tracing,
    help: 'where traces go',
  },
  'distributed-tracing-service-name': {
    ...word,
    default: 'etcd',
    aliases: ['experimental-distributed-tracing-service-name'],
    because: tracing,
    help: "the service's name in traces",
  },
  'distributed-tracing-instance-id': {
    ...word,
    aliases: ['experimental-distributed-tracing-instance-id'],
    because: tracing,
    help: "the member's name in traces",
  },
  'distributed-tracing-sampling-rate': {
    ...count,
    aliases: ['experimental-distributed-tracing-sampling-rate'],
    because: tracing,
    help: 'traces in a million',
  },
  logger: { ...word, default: 'zap', because: 'there is one logger', help: 'logging library' },
  'log-package-levels': { ...word, because: 'use --log-level', help: 'log levels by package' },
  'enable-log-rotation': { ...flag, because: 'leave rotation to logrotate or the journal', help: 'rotate log files' },
  'log-rotation-config-json': {
    ...word,
    default: '{"maxsize": 100, "maxage": 0, "maxbackups": 0, "localtime": false, "compress": false}',
    because: 'leave rotation to logrotate or the journal',
    help: 'how log files are rotated',
  },
  'enable-v2': { ...flag, because: v2, help: 'serve the v2 API' },
  'enable-v2v3': { ...word, aliases: ['experimental-enable-v2v3'], because: v2, help: 'serve v2 from v3 data' },
  'v2-deprecation': { ...word, default: 'not-yet', because: v2, help: 'how far v2 is on its way out' },
  proxy: {
    ...base,
    kind: 'enum',
    values: ['off', 'readonly', 'on'],
    default: 'off',
    status: 'refused',
    because: 'a server does not serve as a proxy yet; use "rollcall proxy --endpoints URL,…"',
    help: 'forward to the cluster instead of joining it',
  },
  'proxy-failure-wait': {
    ...time,
    bare: 'ms',
    fileBare: 'ms',
    default: '5000ms',
    because: proxy,
    help: 'rest of a failed endpoint',
  },
  'proxy-refresh-interval': {
    ...time,
    bare: 'ms',
    fileBare: 'ms',
    default: '30000ms',
    because: proxy,
    help: 'refresh of endpoints',
  },
  'proxy-dial-timeout': { ...time, bare: 'ms', fileBare: 'ms', default: '1000ms', because: proxy, help: 'connecting' },
  'proxy-write-timeout': { ...time, bare: 'ms', fileBare: 'ms', default: '5000ms', because: proxy, help: 'writing' },
  'proxy-read-timeout': { ...time, bare: 'ms', fileBare: 'ms', default: '0s', because: proxy, help: 'reading' },
  'cluster-active-size': { ...word, because: long, help: 'active members' },
  'cluster-remove-delay': { ...word, because: long, help: 'delay of removals' },
  'cluster-sync-interval': { ...word, because: long, help: 'interval of syncs' },
  'max-result-buffer': { ...word, because: long, help: 'watch results kept' },
  'max-retry-attempts': { ...word, because: long, help: 'attempts to join' },
  'peer-heartbeat-interval': { ...word, because: long, help: 'heartbeats of peers' },
  'peer-election-timeout': { ...word, because: long, help: 'elections of peers' },
  'retry-interval': { ...word, because: long, help: 'time between attempts' },
});
