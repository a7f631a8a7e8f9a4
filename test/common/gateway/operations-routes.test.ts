import test, { type ExecutionContext } from 'ava';
import { ApiError, Status } from '../../../common/api/status.ts';
import type { HealthChecks } from '../../../common/gateway/operations-routes.ts';
import { ManualClock } from '../wire/http2/manual-clock.ts';
import { rawConnection, startServer, until } from './gateway-server.ts';

const healthy: HealthChecks = { alarms: () => [], hasLeader: () => true, isLearner: () => false, read: () => {} };

async function asker(t: ExecutionContext, health: Partial<HealthChecks> = {}) {
  const server = await startServer(t, { health: { ...healthy, ...health } });
  return async (path: string): Promise<{ status: number; text: string }> => {
    const response = await fetch(server.url + path);
    return { status: response.status, text: await response.text() };
  };
}

test('a healthy server says so', async (t) => {
  const ask = await asker(t);
  t.deepEqual(await ask('/health'), { status: 200, text: '{"health":"true","reason":""}' });
  t.deepEqual(await ask('/livez'), { status: 200, text: 'ok\n' });
  t.deepEqual(await ask('/readyz'), { status: 200, text: 'ok\n' });
  t.deepEqual(await ask('/readyz?verbose'), {
    status: 200,
    text: '[+]data_corruption ok\n[+]serializable_read ok\n[+]linearizable_read ok\n[+]non_learner ok\nok\n',
  });
  t.deepEqual(await ask('/readyz/data_corruption?verbose'), { status: 200, text: '[+]data_corruption ok\nok\n' });
});

test('an alarm makes it unhealthy unless it is excluded', async (t) => {
  const ask = await asker(t, { alarms: () => ['NOSPACE'] });
  t.deepEqual(await ask('/health'), { status: 503, text: '{"health":"false","reason":"ALARM NOSPACE"}' });
  t.is((await ask('/health?exclude=NOSPACE')).status, 200);
  t.is((await ask('/health?exclude=CORRUPT')).status, 503);
  t.is((await ask('/health?exclude=CORRUPT&exclude=NOSPACE')).status, 200);
  t.is((await ask('/readyz')).status, 200);
});

test('a corruption alarm makes it not ready, but alive', async (t) => {
  const ask = await asker(t, { alarms: () => ['CORRUPT'] });
  const ready = await ask('/readyz');
  t.is(ready.status, 503);
  t.true(ready.text.startsWith('[-]data_corruption failed: alarm activated: CORRUPT\n[+]serializable_read ok\n'));
  t.is((await ask('/readyz?exclude=data_corruption')).status, 200);
  t.is((await ask('/readyz?exclude=no_such_check')).status, 503);
  t.is((await ask('/livez')).status, 200);
});

test('without a leader only serializable health holds', async (t) => {
  const ask = await asker(t, {
    hasLeader: () => false,
    read: (serializable) => {
      if (!serializable) throw new ApiError(Status.UNAVAILABLE, 'etcdserver: no leader');
    },
  });
  t.deepEqual(await ask('/health'), { status: 503, text: '{"health":"false","reason":"RAFT NO LEADER"}' });
  t.is((await ask('/health?serializable=true')).status, 200);
  t.is((await ask('/livez')).status, 200);
  t.regex((await ask('/readyz')).text, /^\[-\]linearizable_read failed: etcdserver: no leader$/m);
});

test('a read that fails is the reason', async (t) => {
  const ask = await asker(t, { read: () => Promise.reject(new Error('the disk is gone')) });
  t.deepEqual(await ask('/health'), {
    status: 503,
    text: '{"health":"false","reason":"RANGE ERROR:the disk is gone"}',
  });
  t.is((await ask('/livez')).status, 503);
});

test('a read that hangs fails the check after five seconds', async (t) => {
  const clock = new ManualClock();
  let reads = 0;
  const read = () => {
    reads++;
    return new Promise<void>(() => {});
  };
  const server = await startServer(t, { clock, health: { ...healthy, read } });
  const asking = fetch(`${server.url}/health`);
  await until('the read', () => reads === 1);
  clock.advance(5_000);
  t.deepEqual(await (await asking).json(), { health: 'false', reason: 'RANGE ERROR:context deadline exceeded' });
});

test('a learner is not ready', async (t) => {
  const ask = await asker(t, { isLearner: () => true });
  t.regex((await ask('/readyz/non_learner')).text, /^\[-\]non_learner failed: not supported for learner$/m);
});

test('/version and /metrics answer', async (t) => {
  const ask = await asker(t);
  t.deepEqual(JSON.parse((await ask('/version')).text), {
    etcdserver: '3.6.0',
    etcdcluster: '3.6.0',
    storage: '3.6.0',
    rollcall: '0.0.0',
  });
  t.deepEqual(await ask('/metrics'), { status: 200, text: 'rollcall_up 1\n' });
});

test('they answer GET and HEAD only', async (t) => {
  const server = await startServer(t);
  for (const path of ['/health', '/livez', '/readyz', '/readyz/non_learner', '/version', '/metrics']) {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const response = await fetch(server.url + path, { method });
      t.is(response.status, 405, `${method} ${path}`);
      t.is(response.headers.get('allow'), 'GET');
    }
    t.is((await fetch(server.url + path, { method: 'HEAD' })).status, 200);
  }
  const raw = await rawConnection(t, server.port);
  raw.send('BREW /health HTTP/1.1\r\nHost: x\r\n\r\n');
  await until('an answer', () => raw.received().length > 0);
  t.regex(raw.received(), /^HTTP\/1\.1 400 /);
});
