// How agent, dns, proxy and the client verbs name the cluster they talk to: etcdctl's flag names. A role spreads these
// rows into its own table, so that all roles mean the same by them.

import { defineOptions } from './option.ts';

const section = 'Cluster';
const tlsNotYet = 'TLS to the cluster is not available yet';

export const clientOptions = defineOptions({
  endpoints: {
    kind: 'endpoint-list',
    default: 'http://127.0.0.1:2379',
    placeholder: 'URL,…',
    env: ['ROLLCALL_ENDPOINTS'],
    section,
    help: 'client URLs (or host:port) of the cluster, comma-separated',
  },
  'dial-timeout': {
    kind: 'duration',
    default: '2s',
    bare: 's',
    env: ['ROLLCALL_DIAL_TIMEOUT'],
    section,
    help: 'how long connecting to one endpoint may take',
  },
  'discovery-srv': {
    kind: 'string',
    default: '',
    placeholder: 'DOMAIN',
    env: ['ROLLCALL_DISCOVERY_SRV'],
    section,
    hidden: true,
    status: 'refused',
    because: 'finding the cluster by DNS is not available yet; use --endpoints',
    help: 'find the endpoints in the SRV records of this domain',
  },
  cacert: {
    kind: 'string',
    default: '',
    placeholder: 'FILE',
    env: ['ROLLCALL_CACERT'],
    section,
    hidden: true,
    status: 'refused',
    because: tlsNotYet,
    help: 'CA bundle that server certificates are checked with',
  },
  cert: {
    kind: 'string',
    default: '',
    placeholder: 'FILE',
    env: ['ROLLCALL_CERT'],
    section,
    hidden: true,
    status: 'refused',
    because: tlsNotYet,
    help: 'client certificate',
  },
  key: {
    kind: 'string',
    default: '',
    placeholder: 'FILE',
    env: ['ROLLCALL_KEY'],
    section,
    hidden: true,
    status: 'refused',
    because: tlsNotYet,
    help: 'key of the client certificate',
  },
  user: {
    kind: 'string',
    default: '',
    placeholder: 'NAME[:PASSWORD]',
    env: ['ROLLCALL_USER'],
    section,
    hidden: true,
    status: 'refused',
    because: 'authentication is not available yet',
    help: 'user to authenticate as',
  },
});
