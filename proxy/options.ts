// The settings of `rollcall proxy`. Where etcd 3.3's proxy had a setting of the same meaning (`--proxy-dial-timeout` and
// so on), it keeps its meaning and default here.

import { clientOptions } from '../common/config/client-options.ts';
import { defineOptions, type OptionValues } from '../common/config/option.ts';

const section = 'Proxy';

export const options = defineOptions({
  'listen-addr': {
    kind: 'address',
    default: '127.0.0.1:23790',
    section,
    help: 'where clients connect: gRPC, JSON and WebSocket on one port',
  },
  ...clientOptions,
  'dial-timeout': {
    ...clientOptions['dial-timeout'],
    default: '1s',
    help: 'how long a call waits for an endpoint to accept a connection',
  },
  'write-timeout': {
    kind: 'duration',
    default: '5s',
    minMs: 100,
    section,
    help: 'how long an endpoint may leave what was sent to it unacknowledged before its connection is given up',
  },
  'read-timeout': {
    kind: 'duration',
    default: '0s',
    section,
    help: 'longest that the cluster may take for one answer; 0 leaves it to the clients, and streams have none',
  },
  'failure-wait': {
    kind: 'duration',
    default: '5s',
    minMs: 100,
    section,
    help: 'longest that a failed endpoint rests before it is tried again while others work',
  },
  'max-request-bytes': {
    kind: 'size',
    default: '1.5MiB',
    min: 1024,
    section,
    help: 'largest request accepted from a client',
  },
});

export type ProxyValues = OptionValues<typeof options>;
