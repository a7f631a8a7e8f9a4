import test from 'ava';
import type { Inbound } from '../../../common/api/call.ts';
import { apiError } from '../../../common/api/errors.ts';
import { methods } from '../../../common/api/generated/service.ts';
import type { Method } from '../../../common/api/method.ts';
import type { Acquirer, Connection } from '../../../common/client/endpoint-pool.ts';
import { outgoingCall } from '../../../common/client/outgoing-call.ts';
import { UpstreamStream } from '../../../common/client/upstream-stream.ts';
import type { ClientStream } from '../../../common/wire/grpc/client.ts';
import { TransportError } from '../../../common/wire/grpc/transport-error.ts';

/** A gRPC stream and its caller, both in the test's hands. */
function streamed(acquire = (connection: Connection, acquirer: Acquirer): void => acquirer.acquired(connection)) {
  const log: string[] = [];
  const state = { writable: true, callerWritable: true };
  const drained: { caller: () => void; upstream: () => void } = { caller: () => {}, upstream: () => {} };
  const server: { inbound: Inbound<unknown> | undefined } = { inbound: undefined };
  const upstream: ClientStream<unknown> = {
    send: (message) => {
      log.push(`sent ${message}`);
      return state.writable;
    },
    get writable() {
      return state.writable;
    },
    onDrain: (listener) => {
      drained.upstream = listener;
    },
    end: () => void log.push('half-closed'),
    fail: () => void log.push('failed'),
    cancel: () => void log.push('reset'),
    pause: () => void log.push('paused'),
    resume: () => void log.push('resumed'),
  };
  const client = {
    open: (_method: unknown, _options: unknown, inbound: Inbound<unknown>) => {
      server.inbound = inbound;
      return upstream;
    },
  };
  const connection = { client, endpoint: {} } as unknown as Connection;
  const call = outgoingCall();
  const stream = new UpstreamStream({
    method: methods.watch as unknown as Method,
    call,
    metadata: new Map(),
    out: {
      send: (message) => {
        log.push(`got ${message}`);
        return state.callerWritable;
      },
      get writable() {
        return state.callerWritable;
      },
      onDrain: (listener) => {
        drained.caller = listener;
      },
      end: () => void log.push('ended'),
      fail: (error) => void log.push(`failed: ${error.message}`),
    },
    acquire: (acquirer) => acquire(connection, acquirer),
    unavailable: () => void log.push('moved on'),
  });
  return { log, state, drained, server, call, connection, stream };
}

test('requests made before there is a connection are sent in order once there is one, then the half-close', (t) => {
  let connect: () => void = () => {};
  const { log, stream } = streamed((connection, acquirer) => {
    connect = () => acquirer.acquired(connection);
  });
  stream.start();
  stream.message('a');
  stream.message('b');
  stream.end();
  t.deepEqual(log, []);
  connect();
  t.deepEqual(log, ['sent a', 'sent b', 'half-closed']);
});

test('requests wait while the connection takes no more', (t) => {
  const { log, state, drained, stream } = streamed();
  stream.start();
  state.writable = false;
  stream.message('a');
  stream.message('b');
  t.deepEqual(log, []);
  state.writable = true;
  drained.upstream();
  stream.message('c');
  t.deepEqual(log, ['sent a', 'sent b', 'sent c']);
});

test('more waiting requests than anyone has fail the stream', (t) => {
  const { log, state, stream } = streamed();
  stream.start();
  state.writable = false;
  for (let count = 0; count <= 131_072; count++) stream.message('x');
  t.deepEqual(log, ['reset', 'failed: too many requests wait to be sent on this stream']);
});

test('a slow caller pauses the server and resumes it', (t) => {
  const { log, state, drained, server, stream } = streamed();
  stream.start();
  state.callerWritable = false;
  server.inbound!.message('1');
  state.callerWritable = true;
  drained.caller();
  server.inbound!.message('2');
  t.deepEqual(log, ['got 1', 'paused', 'resumed', 'got 2']);
});

test('the outcome of the server is the outcome for the caller', (t) => {
  const ended = streamed();
  ended.stream.start();
  ended.server.inbound!.end();
  t.deepEqual(ended.log, ['ended']);
  const failed = streamed();
  failed.stream.start();
  failed.server.inbound!.cancel(new TransportError('connection lost', false));
  failed.stream.message('too late');
  t.deepEqual(failed.log, ['failed: connection lost']);
});

test('a member without a leader is reported, so that the next stream goes elsewhere', (t) => {
  const { log, server, stream } = streamed();
  stream.start();
  server.inbound!.cancel(apiError('noLeader'));
  t.deepEqual(log, ['moved on', 'failed: etcdserver: no leader']);
});

test('a stream that gets no connection fails with the reason', (t) => {
  const { log, stream } = streamed((_connection, acquirer) =>
    acquirer.unavailable(new TransportError('no endpoint is available', true)),
  );
  stream.start();
  t.deepEqual(log, ['failed: no endpoint is available']);
});

test('a caller that gives up resets the stream and hears nothing more', (t) => {
  const { log, call, server, stream } = streamed();
  stream.start();
  call.cancel();
  server.inbound!.message('1');
  server.inbound!.end();
  t.deepEqual(log, ['reset']);
});
