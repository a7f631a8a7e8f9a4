// --discovery-srv with our own DNS responder on the other side, answering before any cluster exists.

import test from 'ava';
import { loadOptions } from '../../../common/config/load-options.ts';
import { silentLogger } from '../../../common/log.ts';
import { realClock } from '../../../common/runtime/real-clock.ts';
import { systemRandom } from '../../../common/runtime/system-random.ts';
import { options, start } from '../../../dns/main.ts';
import { bootstrapConfig } from '../../../server/bootstrap/bootstrap-source.ts';
import { serverNames } from '../../../server/bootstrap/node-names.ts';
import { planBootstrap } from '../../../server/bootstrap/plan-bootstrap.ts';
import type { BootstrapPlan } from '../../../server/bootstrap/planned-members.ts';
import { discoverClientUrls } from '../../../server/bootstrap/srv-clients.ts';
import { recorder } from './world.ts';

const domain = 'rollcall.internal';

test('three members that know nothing but a domain find each other through our DNS responder', async (t) => {
  const members = [1, 2, 3].map((n) => `infra${n}=http://127.0.0.1:2${n}380`).join(',');
  const bootstrap = ['--bootstrap', members, '--bootstrap-clients', 'http://127.0.0.1:21379'];
  const argv = ['--listen', '127.0.0.1:0', '--endpoints', 'http://127.0.0.1:9', ...bootstrap];
  const { values } = loadOptions(options, { argv, env: {}, prefixes: ['X_'] });
  const dns = await start(values, { clock: realClock, random: systemRandom, log: silentLogger });
  t.teardown(() => dns.stop());
  const names = await serverNames(dns.addresses[0]!.replace('dns ', ''));

  const lines: string[] = [];
  const unreachable = (): Promise<never> => Promise.reject(new Error('nobody there'));
  const plan = (n: number): Promise<BootstrapPlan> => {
    const local = { name: `infra${n}`, advertisePeerUrls: [`http://127.0.0.1:2${n}380`] };
    const config = bootstrapConfig(
      {
        ...{ initialCluster: '', initialClusterToken: 'etcd-cluster', initialClusterState: 'new' },
        ...{ discovery: '', discoveryProxy: '', discoveryFallback: 'exit', discoverySrv: domain, discoverySrvName: '' },
        ...{ discoveryToken: '', discoveryEndpoints: [] },
      },
      local,
    );
    return planBootstrap(config, local, {
      ...{ clock: realClock, random: systemRandom, log: recorder(lines), names, http: unreachable },
      ...{ httpThrough: () => unreachable, srvSearchMs: 5_000 },
      connect: () => {
        throw new Error('no discovery service was asked for');
      },
    });
  };
  const plans = await Promise.all([1, 2, 3].map(plan));
  const founders = plans.map((each) => {
    if (each.kind !== 'found') throw new Error(each.kind);
    return each;
  });
  t.deepEqual(founders[1]!.members, founders[0]!.members);
  t.deepEqual(founders[2]!.members, founders[0]!.members);
  t.is(new Set(founders.map(({ memberId }) => memberId)).size, 3);
  t.deepEqual(
    founders[0]!.members.flatMap(({ peerUrls }) => peerUrls).toSorted(),
    [1, 2, 3].map((n) => `http://infra${n}.peer.${domain}:2${n}380`),
  );
  t.is(lines.filter((line) => line.includes('both lead to 127.0.0.1')).length, 3);
  const [client] = await discoverClientUrls({ domain, serviceName: '' }, names);
  t.regex(client!, /^http:\/\/[a-z0-9.-]+\.client\.rollcall\.internal:21379$/);
});
