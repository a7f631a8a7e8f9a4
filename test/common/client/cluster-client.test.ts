import test from 'ava';
import { apiError } from '../../../common/api/errors.ts';
import {
  PutRequest,
  type PutResponse,
  RangeRequest,
  type RangeResponse,
} from '../../../common/api/generated/messages.ts';
import { type ClientOptions, createClient } from '../../../common/client/cluster-client.ts';
import { outgoingCall } from '../../../common/client/outgoing-call.ts';
import { silentLogger } from '../../../common/log.ts';
import { seededRandom } from '../../../common/runtime/random.ts';
import { TransportError } from '../../../common/wire/grpc/transport-error.ts';
import { FakeNetwork } from './fake-dial.ts';
import { SimulatedClock } from './simulated-clock.ts';

function connected(endpoints = 'a:1,b:1,c:1', options: Partial<ClientOptions> = {}) {
  const clock = new SimulatedClock();
  const network = new FakeNetwork();
  const log: string[] = [];
  const client = createClient({
    endpoints,
    clock,
    random: seededRandom(1),
    log: { ...silentLogger, info: (text) => log.push(text), warn: (text) => log.push(text) },
    inOrder: true,
    dial: network.dial,
    ...options,
  });
  const range = (timeoutMs?: number) =>
    client.range(RangeRequest.create(), outgoingCall({ timeoutMs })) as Promise<RangeResponse | string>;
  const put = () => client.put(PutRequest.create(), outgoingCall()) as Promise<PutResponse | string>;
  return { clock, network, client, log, range, put };
}

/** The outcome of a call as text, whenever it comes. */
function outcome(call: Promise<unknown>): { text: string | undefined } {
  const result: { text: string | undefined } = { text: undefined };
  call.then(
    (value) => {
      result.text = String(value);
    },
    (error: Error) => {
      result.text = `failed: ${error.message}`;
    },
  );
  return result;
}

test('calls share one connection to the endpoint in use', async (t) => {
  const { network, range, put } = connected();
  t.deepEqual(await Promise.all([range(), put(), range()]), ['a:1', 'a:1', 'a:1']);
  t.deepEqual(network.attempts, ['a:1']);
});

test('a connection that carries a thousand calls gets a second one beside it, and is used again when there is room', async (t) => {
  const { clock, network, range } = connected('a:1');
  await range();
  const first = network.connection('a:1');
  first.calls = 1_000;
  await clock.advance(200);
  await range();
  await clock.settle();
  t.is(network.connections.length, 2);
  const served: number[] = [];
  for (const [index, connection] of network.connections.entries()) {
    connection.unary = async () => {
      served.push(index);
      return index as never;
    };
  }
  await range();
  first.calls = 10;
  await range();
  t.deepEqual(served, [1, 0]);
});

test('five thousand calls at once spread over connections, none of which gets more than servers take', async (t) => {
  const { clock, network, range } = connected('a:1');
  network.answer = () => new Promise(() => {});
  for (let count = 0; count < 5_000; count++) void range();
  await clock.advance(1_000);
  const calls = network.connections.map((connection) => connection.calls);
  t.is(
    calls.reduce((sum, count) => sum + count, 0),
    5_000,
  );
  t.true(Math.max(...calls) <= 2_000, calls.join(', '));
});

test('an endpoint stays in use while one of its connections lives', async (t) => {
  const { clock, network, client, range } = connected('a:1');
  await range();
  const first = network.connection('a:1');
  first.calls = 1_000;
  await clock.advance(200);
  await range();
  await clock.settle();
  first.lose(new Error('connection reset'));
  t.is(client.endpointStatus()[0]!.state, 'ready');
  t.is(await range(), 'a:1');
  network.connection('a:1').lose(new Error('connection reset'));
  t.is(client.endpointStatus()[0]!.state, 'failed');
});

test('an endpoint that accepts and at once hangs up is left alone for longer each time', async (t) => {
  const { clock, network, range } = connected('a:1');
  await range();
  const hangUp = clock.every(10, () => {
    for (const connection of network.connections) if (connection.state === 'ready') connection.lose(new Error('reset'));
  });
  await clock.advance(30_000);
  hangUp.cancel();
  t.true(network.attempts.length <= 16, `${network.attempts.length} connections in 30 s`);
});

test('without an order asked for, clients start at different endpoints', async (t) => {
  const firsts = new Set<string>();
  for (let seed = 1; seed <= 20; seed++) {
    const { range } = connected('a:1,b:1,c:1', { inOrder: false, random: seededRandom(seed) });
    firsts.add(String(await range()));
  }
  t.is(firsts.size, 3);
});

test('a dead first endpoint is passed over at once', async (t) => {
  const { network, range } = connected();
  network.fates.set('a:1', 'refuse');
  t.is(await range(), 'b:1');
});

test('an endpoint that does not answer is not waited for: the next one is tried meanwhile', async (t) => {
  const { clock, network, range } = connected();
  network.fates.set('a:1', 'ignore');
  const call = outcome(range());
  await clock.advance(250);
  t.is(call.text, 'b:1');
});

test('while no endpoint is available calls wait for the connect timeout, then say which failed and why', async (t) => {
  const { clock, network, put } = connected('a:1,b:1', { connectTimeoutMs: 1_000 });
  for (const name of ['a:1', 'b:1']) network.fates.set(name, 'refuse');
  const call = outcome(put());
  await clock.advance(990);
  t.is(call.text, undefined);
  await clock.advance(20);
  t.is(
    call.text,
    'failed: no endpoint is available (http://a:1: connect ECONNREFUSED a:1; http://b:1: connect ECONNREFUSED b:1)',
  );
});

test('a call with a shorter deadline than the connect timeout fails by its deadline', async (t) => {
  const { clock, network, range } = connected('a:1', { connectTimeoutMs: 5_000 });
  network.fates.set('a:1', 'ignore');
  const call = outcome(range(300));
  await clock.advance(310);
  t.regex(call.text!, /no endpoint is available \(http:\/\/a:1: connecting\)/);
});

test('a mutation that waits for a connection survives a short restart', async (t) => {
  const { clock, network, put } = connected('a:1');
  network.fates.set('a:1', 'refuse');
  const call = outcome(put());
  await clock.advance(500);
  network.fates.set('a:1', 'accept');
  await clock.advance(300);
  t.is(call.text, 'a:1');
});

test('after a loss the next endpoint is used, and stays in use when the first is back', async (t) => {
  const { clock, network, client, log, range } = connected();
  await range();
  network.fates.set('a:1', 'refuse');
  network.connection('a:1').lose(new Error('connection reset'));
  t.is(await range(), 'b:1');
  network.fates.set('a:1', 'accept');
  await clock.advance(10_000);
  t.deepEqual(log, ['endpoint failed', 'endpoint is back']);
  t.is(client.endpointStatus()[0]!.state, 'ready');
  t.is(await range(), 'b:1');
  network.connection('b:1').lose(new Error('connection reset'));
  network.fates.set('b:1', 'refuse');
  network.fates.set('c:1', 'refuse');
  t.is(await range(), 'a:1', 'the endpoint that came back is taken at once');
});

test('a failed endpoint is tried again with growing pauses up to the failure wait', async (t) => {
  const { clock, network, range } = connected('a:1,b:1', { failureWaitMs: 5_000 });
  network.fates.set('a:1', 'refuse');
  await range();
  await clock.advance(60_000);
  const attempts = network.attempts.filter((name) => name === 'a:1').length;
  t.true(attempts >= 15 && attempts <= 32, `${attempts} attempts a minute`);
});

test('a server that says goodbye (GOAWAY) gets no new calls but finishes the old ones', async (t) => {
  const { network, range } = connected();
  await range();
  const old = network.connection('a:1');
  old.goAway();
  t.is(await range(), 'b:1');
  t.is(old.state, 'draining');
});

test('a mutation whose connection was lost on the way is not sent again', async (t) => {
  const { network, put } = connected();
  const sent: string[] = [];
  network.answer = async (endpoint) => {
    sent.push(endpoint);
    throw new TransportError('connection lost', false);
  };
  await t.throwsAsync(put(), { message: 'connection lost' });
  t.deepEqual(sent, ['a:1']);
});

test('a mutation that provably reached no handler goes to the next endpoint', async (t) => {
  const { clock, network, put } = connected();
  network.answer = async (endpoint) => {
    if (endpoint === 'a:1') throw new TransportError('refused', true);
    return endpoint;
  };
  const call = outcome(put());
  await clock.advance(100);
  t.is(call.text, 'b:1');
});

test('a read goes round the endpoints until one has a leader', async (t) => {
  const { clock, network, range } = connected();
  const asked: string[] = [];
  network.answer = async (endpoint) => {
    asked.push(endpoint);
    if (endpoint !== 'c:1') throw apiError('noLeader');
    return endpoint;
  };
  const call = outcome(range());
  await clock.advance(1_000);
  t.is(call.text, 'c:1');
  t.deepEqual(asked.slice(0, 3), ['a:1', 'b:1', 'c:1']);
});

test('a read is tried ten times at most', async (t) => {
  const { clock, network, range } = connected();
  let asked = 0;
  network.answer = async () => {
    asked++;
    throw apiError('noLeader');
  };
  const call = outcome(range());
  await clock.advance(60_000);
  t.is(call.text, 'failed: etcdserver: no leader');
  t.is(asked, 10);
});

test('retries end with the deadline, and each attempt is given only what is left of it', async (t) => {
  const { clock, network, range } = connected();
  const timeouts: number[] = [];
  network.answer = async (_endpoint, _method, _request, { timeoutMs }) => {
    timeouts.push(timeoutMs!);
    throw apiError('noLeader');
  };
  const call = outcome(range(200));
  await clock.advance(200);
  t.is(call.text, 'failed: etcdserver: no leader');
  t.true(timeouts.length >= 2 && timeouts.every((left, index) => index === 0 || left < timeouts[index - 1]!));
});

test('an answer that is an error of the request is not retried', async (t) => {
  const { network, range } = connected();
  let asked = 0;
  network.answer = async () => {
    asked++;
    throw apiError('compacted');
  };
  await t.throwsAsync(range(), { message: 'etcdserver: mvcc: required revision has been compacted' });
  t.is(asked, 1);
});

test('a cancelled call stops trying', async (t) => {
  const { clock, network, client } = connected();
  let asked = 0;
  network.answer = async (_endpoint, _method, _request, { signal }) => {
    asked++;
    if (signal!.aborted) throw apiError('requestCancelled');
    throw apiError('noLeader');
  };
  const call = outgoingCall();
  const result = outcome(client.range(RangeRequest.create(), call) as Promise<unknown>);
  await clock.advance(30);
  call.cancel();
  await clock.advance(60_000);
  t.regex(result.text!, /^failed/);
  t.true(asked <= 3);
});

test("the client's metadata goes with every call, the call's own winning", async (t) => {
  const { network, client } = connected('a:1', {
    metadata: new Map([
      ['token', 'client'],
      ['hasleader', 'true'],
    ]),
  });
  let seen: ReadonlyMap<string, string> | undefined;
  network.answer = async (endpoint, _method, _request, { metadata }) => {
    seen = metadata;
    return endpoint;
  };
  await client.range(RangeRequest.create(), outgoingCall({ metadata: new Map([['token', 'call']]) }));
  t.deepEqual(
    [...seen!],
    [
      ['token', 'call'],
      ['hasleader', 'true'],
    ],
  );
});

test('one endpoint can be asked by itself, without failover', async (t) => {
  const { clock, network, client } = connected('a:1,b:1', { connectTimeoutMs: 500 });
  t.is(String(await client.forEndpoint('http://b:1').range(RangeRequest.create(), outgoingCall())), 'b:1');
  network.fates.set('a:1', 'refuse');
  const call = outcome(Promise.resolve(client.forEndpoint('a:1').range(RangeRequest.create(), outgoingCall())));
  await clock.advance(600);
  t.regex(call.text!, /failed: no endpoint is available \(http:\/\/a:1/);
});

test('a closed client fails what waits, leaves no timer and connects no more', async (t) => {
  const { clock, network, client, range } = connected('a:1');
  network.fates.set('a:1', 'ignore');
  const waiting = outcome(range());
  await clock.settle();
  await client.close();
  await clock.settle();
  t.is(waiting.text, 'failed: the client is closed');
  await t.throwsAsync(range(), { message: 'the client is closed' });
  await clock.advance(60_000);
  t.is(network.attempts.length, 1);
  t.is(clock.pendingTimers, 0);
});
