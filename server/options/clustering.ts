// Settings that say how a core node comes to be a member of a cluster: etcd's "Clustering" flags. What they amount to
// is server/bootstrap.

import { defineOptions } from '../../common/config/option.ts';

const section = 'Clustering';

const discovery = { kind: 'string', default: '', section } as const;
/** Of discovery through a cluster that is reached otherwise than in plaintext and without users. */
const guarded = {
  ...discovery,
  hidden: true,
  status: 'refused',
  because: 'TLS and users are not available yet, and an open connection is not what was asked for',
} as const;
const connection = {
  kind: 'duration',
  section,
  hidden: true,
  status: 'ignored',
  because: "connections to the discovery service are kept as the client's are",
  fileBare: 'ns',
} as const;

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
    because: 'the only member of a cluster leads at once, and others wait for their election timeout',
    help: 'start with an election timeout that has almost passed',
  },
  'max-learners': {
    kind: 'integer',
    default: 1,
    min: 0,
    aliases: ['experimental-max-learners'],
    section,
    help: 'most members that do not vote yet',
  },
  discovery: { ...discovery, placeholder: 'URL', help: 'discovery URL to found the cluster with (v2 keys API)' },
  'discovery-srv': { ...discovery, placeholder: 'DOMAIN', help: 'DNS domain whose SRV records name the members' },
  'discovery-srv-name': { ...discovery, placeholder: 'WORD', help: 'suffix of the SRV name that is asked for' },
  'discovery-srv-resolver': {
    kind: 'string',
    default: '',
    placeholder: 'HOST:PORT',
    section,
    help: "name server for --discovery-srv (default: the system's)",
  },
  'discovery-fallback': {
    kind: 'enum',
    values: ['proxy', 'exit'],
    default: 'proxy',
    section,
    help: 'what a node does that finds the cluster full; means something with --discovery only',
  },
  'discovery-proxy': { ...discovery, placeholder: 'URL', help: 'HTTP proxy on the way to the discovery service' },
  'discovery-endpoints': {
    kind: 'list',
    default: '',
    placeholder: 'URL,…',
    section,
    help: 'client URLs of the cluster that serves discovery (v3 protocol)',
  },
  'discovery-token': { ...discovery, placeholder: 'WORD', help: 'name of the new cluster at the discovery service' },
  'discovery-request-timeout': {
    kind: 'duration',
    default: '5s',
    section,
    fileBare: 'ns',
    help: 'how long one request to the discovery service may take',
  },
  'discovery-dial-timeout': { ...connection, default: '2s', help: 'connecting to the discovery service' },
  'discovery-keepalive-time': { ...connection, default: '2s', help: 'pings to the discovery service' },
  'discovery-keepalive-timeout': { ...connection, default: '6s', help: 'answers to those pings' },
  'discovery-insecure-transport': { ...guarded, kind: 'boolean', default: true, help: 'discovery without TLS' },
  'discovery-insecure-skip-tls-verify': {
    ...guarded,
    kind: 'boolean',
    default: false,
    help: "discovery without checking the server's certificate",
  },
  'discovery-cert': { ...guarded, help: 'client certificate for the discovery service' },
  'discovery-key': { ...guarded, help: 'key of that certificate' },
  'discovery-cacert': { ...guarded, help: "CA bundle for the discovery service's certificate" },
  'discovery-user': { ...guarded, help: 'user at the discovery service' },
  'discovery-password': { ...guarded, help: 'password at the discovery service' },
});
