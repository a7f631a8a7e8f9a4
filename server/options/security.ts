// Settings about who may talk to a core node. None has an effect yet, so each is refused as soon as it asks for
// something: plaintext is never served in silence to somebody who configured certificates.

import { defineOptions } from '../../common/config/option.ts';

const section = 'Security';
const base = { section, hidden: true, status: 'refused' } as const;
const noTls = 'TLS is not available yet, and plaintext is not what was asked for';
const noAuth = 'users and roles are not available yet';

const tlsFile = { ...base, kind: 'string', default: '', placeholder: 'FILE', because: noTls } as const;
const tlsList = { ...base, kind: 'list', default: '', because: noTls } as const;
const tlsFlag = { ...base, kind: 'boolean', default: false, because: noTls } as const;
const tlsWord = { ...base, kind: 'string', because: noTls } as const;

/** etcd's configuration file nests these: `client-transport-security: {cert-file: …}`. */
const client = (key: string): readonly [string] => [`client-transport-security.${key}`];
const peer = (key: string): readonly [string] => [`peer-transport-security.${key}`];

export const securityOptions = defineOptions({
  'cert-file': { ...tlsFile, fileKeys: client('cert-file'), help: 'certificate shown to clients' },
  'key-file': { ...tlsFile, fileKeys: client('key-file'), help: 'key of that certificate' },
  'ca-file': { ...tlsFile, help: 'CA of client certificates (etcd 2)' },
  'client-cert-auth': { ...tlsFlag, fileKeys: client('client-cert-auth'), help: 'ask clients for a certificate' },
  'trusted-ca-file': { ...tlsFile, fileKeys: client('trusted-ca-file'), help: 'CA that client certificates come from' },
  'client-cert-file': { ...tlsFile, fileKeys: client('client-cert-file'), help: 'certificate shown when dialling' },
  'client-key-file': { ...tlsFile, fileKeys: client('client-key-file'), help: 'key of that certificate' },
  'client-crl-file': { ...tlsFile, help: 'revoked client certificates' },
  'client-cert-allowed-hostname': {
    ...tlsList,
    fileKeys: client('allowed-hostname'),
    help: 'names of which a client certificate must carry one',
  },
  'auto-tls': { ...tlsFlag, fileKeys: client('auto-tls'), help: 'serve clients with a self-made certificate' },
  'peer-cert-file': { ...tlsFile, fileKeys: peer('cert-file'), help: 'certificate shown to other members' },
  'peer-key-file': { ...tlsFile, fileKeys: peer('key-file'), help: 'key of that certificate' },
  'peer-ca-file': { ...tlsFile, help: 'CA of peer certificates (etcd 2)' },
  'peer-client-cert-auth': { ...tlsFlag, fileKeys: peer('client-cert-auth'), help: 'ask members for a certificate' },
  'peer-trusted-ca-file': { ...tlsFile, fileKeys: peer('trusted-ca-file'), help: 'CA of member certificates' },
  'peer-client-cert-file': { ...tlsFile, fileKeys: peer('client-cert-file'), help: 'certificate for dialling members' },
  'peer-client-key-file': { ...tlsFile, fileKeys: peer('client-key-file'), help: 'key of that certificate' },
  'peer-crl-file': { ...tlsFile, help: 'revoked member certificates' },
  'peer-cert-allowed-cn': {
    ...tlsList,
    fileKeys: peer('allowed-cn'),
    help: 'common names of which a member certificate must carry one',
  },
  'peer-cert-allowed-hostname': {
    ...tlsList,
    fileKeys: peer('allowed-hostname'),
    help: 'names of which a member certificate must carry one',
  },
  'peer-auto-tls': { ...tlsFlag, fileKeys: peer('auto-tls'), help: 'talk to members with self-made certificates' },
  'peer-skip-client-san-verification': {
    ...tlsFlag,
    aliases: ['experimental-peer-skip-client-san-verification'],
    fileKeys: peer('skip-client-san-verification'),
    help: 'do not compare a member certificate with its address',
  },
  'self-signed-cert-validity': {
    ...base,
    kind: 'integer',
    default: 1,
    because: noTls,
    help: 'years that self-made certificates live',
  },
  'cipher-suites': { ...tlsList, help: 'cipher suites that are offered' },
  'tls-min-version': { ...tlsWord, default: 'TLS1.2', help: 'oldest TLS version' },
  'tls-max-version': { ...tlsWord, default: '', help: 'newest TLS version' },
  cors: { kind: 'list', default: '', section, help: 'origins that browsers may call from; * for any' },
  'host-whitelist': {
    ...base,
    kind: 'list',
    default: '*',
    because: 'an allow-list of host names is not available yet; every host name is served',
    help: 'host names under which HTTP requests are served',
  },
  'auth-token': { ...base, kind: 'string', default: 'simple', because: noAuth, help: 'kind of tokens' },
  'auth-token-ttl': {
    ...base,
    kind: 'duration',
    default: '300s',
    bare: 's',
    because: noAuth,
    help: 'how long a token lives',
  },
  'bcrypt-cost': { ...base, kind: 'integer', default: 10, because: noAuth, help: 'how hard passwords are hashed' },
  'force-new-cluster': {
    ...base,
    kind: 'boolean',
    default: false,
    because: 'turning a member of a lost cluster into a new one is not available yet',
    help: 'make a new cluster of one from this data',
  },
  'unsafe-no-fsync': {
    ...base,
    kind: 'boolean',
    default: false,
    because: 'what was acknowledged is on disk here, always',
    help: 'acknowledge before the disk has it',
  },
});
