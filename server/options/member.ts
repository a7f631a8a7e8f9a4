// Settings of one core node that say who it is, where it listens and what it bounds: etcd's "Member" and
// "Experimental" flags, levels 3.3 to 3.6. Statuses say what has an effect here; server-config.ts turns values into a
// configuration.

import { defineOptions } from '../../common/config/option.ts';

const section = 'Member';
const millis = { kind: 'duration', bare: 'ms', section } as const;
const goDuration = { kind: 'duration', fileBare: 'ns', section } as const;

export const memberOptions = defineOptions({
  name: { kind: 'string', default: 'default', section, help: 'human-readable name of this member' },
  'data-dir': {
    kind: 'string',
    default: '',
    defaultText: '<name>.rollcall',
    placeholder: 'DIR',
    section,
    help: 'directory that holds everything this member stores',
  },
  'wal-dir': {
    kind: 'string',
    default: '',
    defaultText: '<data-dir>/member/wal',
    placeholder: 'DIR',
    section,
    help: 'directory of the write-ahead log, to put it on a disk of its own',
  },
  'listen-client-urls': {
    kind: 'url-list',
    default: undefined,
    defaultText: 'http://localhost:2379',
    section,
    help: 'where clients are served (gRPC, JSON, WebSocket); IP addresses or localhost',
  },
  'listen-peer-urls': {
    kind: 'url-list',
    default: undefined,
    defaultText: 'http://localhost:2380',
    section,
    help: 'where the other members are served; IP addresses or localhost',
  },
  'heartbeat-interval': {
    ...millis,
    default: '100ms',
    minMs: 1,
    help: 'how often a leader makes itself heard (a bare number is milliseconds)',
  },
  'election-timeout': {
    ...millis,
    default: '1000ms',
    minMs: 1,
    help: 'silence after which followers elect another leader (a bare number is milliseconds)',
  },
  'quota-backend-bytes': {
    kind: 'size',
    default: '0',
    min: Number.MIN_SAFE_INTEGER,
    section,
    help: 'size of the store at which writes are refused; 0 means 2GiB, a negative one no bound',
  },
  'max-txn-ops': { kind: 'integer', default: 128, min: 1, section, help: 'most operations in one transaction' },
  'max-request-bytes': {
    kind: 'size',
    default: '1536KiB',
    min: 1024,
    max: 512 * 1024 * 1024,
    section,
    help: 'largest request that is accepted',
  },
  'max-concurrent-streams': {
    kind: 'integer',
    default: undefined,
    defaultText: "the HTTP/2 engine's",
    min: 1,
    max: 4294967295,
    section,
    help: 'most streams that one client connection may have open',
  },
  'grpc-keepalive-min-time': {
    ...goDuration,
    default: '5s',
    help: 'least time between two pings of a client',
  },
  'grpc-keepalive-interval': {
    ...goDuration,
    default: '2h',
    help: 'how often an idle client connection is pinged; 0 means never',
  },
  'grpc-keepalive-timeout': {
    ...goDuration,
    default: '20s',
    help: 'how long the answer to such a ping may take',
  },
  'watch-progress-notify-interval': {
    ...goDuration,
    default: '10m',
    minMs: 100,
    aliases: ['experimental-watch-progress-notify-interval'],
    help: 'how often a quiet watch that asked for it is told the revision',
  },
  'warning-apply-duration': {
    ...goDuration,
    default: '100ms',
    aliases: ['experimental-warning-apply-duration'],
    help: 'applying a request longer than this is logged',
  },
  'warning-unary-request-duration': {
    ...goDuration,
    default: '300ms',
    aliases: ['experimental-warning-unary-request-duration'],
    help: 'answering a request longer than this is logged',
  },
});
