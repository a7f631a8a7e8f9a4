// A proxy's service in front of a fake etcd, on simulated time.

import { silentLogger } from '../../common/log.ts';
import { seededRandom } from '../../common/runtime/random.ts';
import { createProxyMetrics } from '../../proxy/proxy-metrics.ts';
import { createProxyService } from '../../proxy/proxy-service.ts';
import { FakeEtcd } from '../common/client/fake-etcd.ts';
import { SimulatedClock } from '../common/client/simulated-clock.ts';

export function proxiedEtcd() {
  const clock = new SimulatedClock();
  const etcd = new FakeEtcd(clock);
  const metrics = createProxyMetrics(() => []);
  const service = createProxyService({
    upstream: etcd.service,
    clock,
    random: seededRandom(1),
    log: silentLogger,
    metrics,
  });
  return { clock, etcd, metrics, service };
}
