// The flags that every client verb takes, with etcdctl's names and defaults. Also ROLLCALL_* and ETCDCTL_* variables.

import { defineOptions, type OptionValues } from '../common/config/option.ts';

const section = 'Global';
const tls = { section, hidden: true, status: 'refused', because: 'TLS is not available yet' } as const;
const auth = { section, hidden: true, status: 'refused', because: 'users and roles are not available yet' } as const;
const srv = {
  section,
  hidden: true,
  status: 'refused',
  because: 'finding the cluster by DNS is not available yet; use --endpoints',
} as const;

export const globalOptions = defineOptions({
  endpoints: {
    kind: 'endpoint-list',
    default: '127.0.0.1:2379',
    repeatable: true,
    section,
    help: 'client URLs (or host:port) of the cluster',
  },
  'write-out': {
    kind: 'string',
    default: 'simple',
    short: 'w',
    placeholder: 'simple|json|table|fields',
    section,
    help: 'format of the output',
  },
  hex: { kind: 'boolean', default: false, section, help: 'print byte strings (fields, json: ids) in hexadecimal' },
  'command-timeout': {
    kind: 'duration',
    default: '5s',
    section,
    help: 'how long a short command may take',
  },
  'dial-timeout': { kind: 'duration', default: '2s', section, help: 'how long connecting may take' },
  'keepalive-time': { kind: 'duration', default: '2s', section, help: 'silence after which a connection is probed' },
  'keepalive-timeout': { kind: 'duration', default: '6s', section, help: 'how long the answer to a probe may take' },
  debug: { kind: 'boolean', default: false, section, help: "log the client's doings to stderr" },
  user: { ...auth, kind: 'string', default: '', placeholder: 'NAME[:PASSWORD]', help: 'user to authenticate as' },
  password: { ...auth, kind: 'string', default: '', placeholder: 'PASSWORD', help: 'password of --user' },
  cacert: { ...tls, kind: 'string', default: '', placeholder: 'FILE', help: 'CA bundle for server certificates' },
  cert: { ...tls, kind: 'string', default: '', placeholder: 'FILE', help: 'client certificate' },
  key: { ...tls, kind: 'string', default: '', placeholder: 'FILE', help: 'key of the client certificate' },
  'insecure-transport': { ...tls, kind: 'boolean', default: true, help: 'no TLS' },
  'insecure-skip-tls-verify': { ...tls, kind: 'boolean', default: false, help: 'do not check server certificates' },
  'discovery-srv': {
    ...srv,
    kind: 'string',
    default: '',
    short: 'd',
    placeholder: 'DOMAIN',
    help: 'find endpoints by DNS',
  },
  'discovery-srv-name': { ...srv, kind: 'string', default: '', placeholder: 'NAME', help: 'suffix of the SRV name' },
  'insecure-discovery': { ...srv, kind: 'boolean', default: true, help: 'accept endpoints without TLS from DNS' },
});

export type GlobalValues = OptionValues<typeof globalOptions>;
