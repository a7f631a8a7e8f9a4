import test from 'ava';
import { parseUrlsMap } from '../../../server/bootstrap/urls-map.ts';
import { verifyFounder, verifyJoiner } from '../../../server/bootstrap/verify-flags.ts';
import { refusal, World } from './world.ts';

interface Flags {
  readonly cluster: string;
  readonly advertise?: readonly string[];
  readonly hosts?: Readonly<Record<string, readonly string[]>>;
}

async function founder({ cluster, advertise = ['http://10.0.0.1:2380'], hosts = {} }: Flags): Promise<string> {
  const world = new World();
  for (const [host, addresses] of Object.entries(hosts)) world.hosts.set(host, addresses);
  const local = { name: 'infra1', advertisePeerUrls: advertise };
  return refusal(() => world.clock.outcome(verifyFounder(local, parseUrlsMap(cluster, '--initial-cluster'), world)));
}

const table: readonly [title: string, flags: Flags, words: string][] = [
  [
    'a name that is not in the list',
    { cluster: 'infra0=http://10.0.0.1:2380' },
    'couldn\'t find local name "infra1" in the initial cluster configuration',
  ],
  [
    'a listed URL that is not advertised',
    { cluster: 'infra1=http://10.0.0.9:2380' },
    '--initial-cluster has infra1=http://10.0.0.9:2380 but missing from --initial-advertise-peer-urls=http://10.0.0.1:2380 ' +
      '(resolved urls: "http://10.0.0.1:2380" != "http://10.0.0.9:2380")',
  ],
  [
    'one listed URL too many',
    { cluster: 'infra1=http://10.0.0.1:2380,infra1=http://10.0.0.1:2381' },
    '--initial-cluster has infra1=http://10.0.0.1:2381 but missing from --initial-advertise-peer-urls=http://10.0.0.1:2380 ' +
      '(len(["http://10.0.0.1:2380"]) != len(["http://10.0.0.1:2380" "http://10.0.0.1:2381"]))',
  ],
  [
    'an advertised URL that is not listed',
    { cluster: 'infra1=http://10.0.0.1:2380', advertise: ['http://10.0.0.1:2380', 'http://10.0.0.2:2380'] },
    '--initial-advertise-peer-urls has http://10.0.0.2:2380 but missing from ' +
      '--initial-cluster=infra1=http://10.0.0.1:2380,infra1=http://10.0.0.2:2380',
  ],
  [
    'two members with the same URL',
    { cluster: 'infra1=http://10.0.0.1:2380,infra2=http://10.0.0.1:2380' },
    'initial cluster infra1=http://10.0.0.1:2380,infra2=http://10.0.0.1:2380 has duplicate url',
  ],
];

for (const [title, flags, words] of table) {
  test(`a founder is refused in the words of etcd for ${title}`, async (t) => {
    t.is(await founder(flags), `UsageError: ${words}`);
  });
}

test('a founder may be listed by name and advertise an address', async (t) => {
  const hosts = { 'n1.example.com': ['10.0.0.1'] };
  t.is(await founder({ cluster: 'infra1=http://n1.example.com:2380', hosts }), 'not refused');
});

test('a joiner goes by the URLs it was added with, not by those it advertises', async (t) => {
  const map = parseUrlsMap('infra1=http://10.0.0.1:2380,infra2=http://10.0.0.2:2380', '--initial-cluster');
  const local = { name: 'infra2', advertisePeerUrls: ['http://192.168.0.2:2380'] };
  t.is(await refusal(() => verifyJoiner(local, map)), 'not refused');
  t.regex(await refusal(() => verifyJoiner({ ...local, name: 'x' }, map)), /couldn't find local name "x"/);
});
