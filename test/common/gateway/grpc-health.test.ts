import { credentials, makeClientConstructor, status } from '@grpc/grpc-js';
import test from 'ava';
import { healthMethods } from '../../../common/gateway/grpc-health.ts';
import { decode, encode } from '../../../common/wire/protobuf/codec.ts';
import { startServer, until } from './gateway-server.ts';

interface HealthRequest {
  service: string;
}

interface HealthResponse {
  status: number;
}

// A client that we did not write, on our codecs.
const HealthClient = makeClientConstructor(
  Object.fromEntries(
    Object.entries(healthMethods).map(([name, method]) => [
      name,
      {
        path: method.path,
        requestStream: false,
        responseStream: method.responseStream,
        requestSerialize: (request: HealthRequest) => encode(method.request, request),
        requestDeserialize: (bytes: Buffer) => decode(method.request, bytes),
        responseSerialize: (response: HealthResponse) => encode(method.response, response),
        responseDeserialize: (bytes: Buffer) => decode(method.response, bytes),
      },
    ]),
  ),
  'grpc.health.v1.Health',
);

interface Client {
  check(request: HealthRequest, done: (error: { code: number } | null, response?: HealthResponse) => void): void;
  watch(request: HealthRequest): NodeJS.EventEmitter & { cancel(): void };
  close(): void;
}

test('the whole server has a status, watched as it changes; other services are unknown', async (t) => {
  let leader = true;
  const health = { alarms: () => [], hasLeader: () => leader, isLearner: () => false, read: () => {} };
  const server = await startServer(t, { health });
  const client = new HealthClient(`127.0.0.1:${server.port}`, credentials.createInsecure()) as unknown as Client;
  t.teardown(() => client.close());
  const check = (service: string) =>
    new Promise<number>((resolve) =>
      client.check({ service }, (error, response) => resolve(error?.code ?? -response!.status)),
    );

  t.is(await check(''), -1);
  t.is(await check('nope'), status.NOT_FOUND);

  const seen: number[] = [];
  const watch = client.watch({ service: '' });
  watch.on('data', (response: HealthResponse) => seen.push(response.status));
  watch.on('error', () => {});
  await until('the first status', () => seen.length === 1);
  leader = false;
  await until('the change', () => seen.length === 2);
  t.deepEqual(seen, [1, 2]);
  t.is(await check(''), -2);
  watch.cancel();
});
