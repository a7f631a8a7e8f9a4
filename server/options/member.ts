// Settings of one core node that say who it is, where it listens and what it bounds: etcd's "Member" flags, levels 3.3
// to 3.6. server-config.ts turns their values into a configuration.

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
  'watch-progress-notify-interval': {
    ...goDuration,
    default: '10m',
    minMs: 100,
    aliases: ['experimental-watch-progress-notify-interval'],
    help: 'how often a quiet watch that asked for it is told the revision',
  },
});
