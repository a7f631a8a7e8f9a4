// Settings that say how a core node comes to be a member of a cluster: etcd's "Clustering" flags. What finds other
// members is refused until clusters of more than one member exist, never ignored: a node that silently came up alone
// would be a second cluster.

import { defineOptions } from '../../common/config/option.ts';

const section = 'Clustering';

/** One sentence for everything that would need a second member. */
export const oneMemberOnly = 'clusters of more than one member are not available yet';

const discovery = {
  kind: 'string',
  default: '',
  section,
  hidden: true,
  status: 'refused',
  because: oneMemberOnly,
} as const;
const discoveryTime = { ...discovery, kind: 'duration', fileBare: 'ns' } as const;

export const clusteringOptions = defineOptions({
  'advertise-client-urls': {
    kind: 'url-list',
    default: undefined,
    defaultText: 'http://localhost:2379',
    section,
    help: 'client URLs that this member tells others; required with --listen-client-urls',
  },
  'initial-advertise-peer-urls': {
    kind: 'url-list',
    default: undefined,
    defaultText: 'http://localhost:2380',
    section,
    help: 'peer URLs that this member tells the others',
  },
  'initial-cluster': {
    kind: 'string',
    default: '',
    defaultText: '<name>=<initial-advertise-peer-urls>',
    placeholder: 'NAME=URL,…',
    section,
    help: 'members of a new cluster; a member that has data goes by that instead',
  },
  'initial-cluster-token': {
    kind: 'string',
    default: 'etcd-cluster',
    placeholder: 'WORD',
    section,
    help: 'tells clusters of equal URLs apart; part of the cluster and member ids',
  },
  'initial-cluster-state': {
    kind: 'enum',
    values: ['new', 'existing'],
    default: 'new',
    section,
    help: 'whether the initial cluster is to be founded or joined',
  },
  'strict-reconfig-check': {
    kind: 'boolean',
    default: true,
    section,
    hidden: true,
    status: 'refused',
    because: 'membership changes that would lose the quorum are always refused here; leave this at true',
    help: 'refuse membership changes that would lose the quorum',
  },
  'auto-compaction-mode': {
    kind: 'enum',
    values: ['periodic', 'revision'],
    default: 'periodic',
    section,
    help: 'how --auto-compaction-retention is meant: as a time, or as a number of revisions',
  },
  'auto-compaction-retention': {
    kind: 'string',
    default: undefined,
    defaultText: '1h',
    placeholder: 'SPAN',
    section,
    help: 'history that stays readable: a duration (a bare number is hours) or, by mode, revisions; 0 keeps all',
  },
  'pre-vote': {
    kind: 'boolean',
    default: true,
    section,
    hidden: true,
    status: 'ignored',
    because: 'pre-votes are always on',
    help: 'ask before an election whether it could be won',
  },
  'initial-election-tick-advance': {
    kind: 'boolean',
    default: true,
    section,
    hidden: true,
    status: 'ignored',
    because: 'a member of a cluster of one leads at once',
    help: 'start with an election timeout that has almost passed',
  },
  'max-learners': {
    kind: 'integer',
    default: 1,
    min: 0,
    aliases: ['experimental-max-learners'],
    section,
    hidden: true,
    status: 'refused',
    because: oneMemberOnly,
    help: 'most members that do not vote yet',
  },
  discovery: { ...discovery, help: 'discovery URL to found the cluster with' },
  'discovery-srv': { ...discovery, help: 'DNS domain whose SRV records name the members' },
  'discovery-srv-name': { ...discovery, help: 'suffix of the SRV name that is asked for' },
  'discovery-fallback': {
    kind: 'enum',
    values: ['proxy', 'exit'],
    default: 'proxy',
    section,
    hidden: true,
    help: 'what a node does that finds the cluster full; means something with --discovery only',
  },
  'discovery-proxy': { ...discovery, help: 'HTTP proxy on the way to the discovery service' },
  'discovery-endpoints': { ...discovery, kind: 'list', help: 'client URLs of the cluster that serves discovery' },
  'discovery-token': { ...discovery, help: 'name of the new cluster at the discovery service' },
  'discovery-dial-timeout': { ...discoveryTime, default: '2s', help: 'connecting to the discovery service' },
  'discovery-request-timeout': { ...discoveryTime, default: '5s', help: 'one request to the discovery service' },
  'discovery-keepalive-time': { ...discoveryTime, default: '2s', help: 'pings to the discovery service' },
  'discovery-keepalive-timeout': { ...discoveryTime, default: '6s', help: 'answers to those pings' },
  'discovery-insecure-transport': { ...discovery, kind: 'boolean', default: true, help: 'discovery without TLS' },
  'discovery-insecure-skip-tls-verify': {
    ...discovery,
    kind: 'boolean',
    default: false,
    help: "discovery without checking the server's certificate",
  },
  'discovery-cert': { ...discovery, help: 'client certificate for the discovery service' },
  'discovery-key': { ...discovery, help: 'key of that certificate' },
  'discovery-cacert': { ...discovery, help: "CA bundle for the discovery service's certificate" },
  'discovery-user': { ...discovery, help: 'user at the discovery service' },
  'discovery-password': { ...discovery, help: 'password at the discovery service' },
});
