import test from 'ava';
import { grpcNamingLayout, skydnsLayout } from '../../../common/registry/foreign-layouts.ts';
import {
  instanceKey,
  instanceKeyProblem,
  nodeKey,
  parseInstance,
  parseKey,
  rollcallLayout,
  servicePrefix,
} from '../../../common/registry/key-layout.ts';

const value = (text: string) => Buffer.from(text);

test('keys are written and read by one layout', (t) => {
  t.is(instanceKey('web', 'web-1'), '/rollcall/services/web/web-1');
  t.is(servicePrefix('web'), '/rollcall/services/web/');
  t.is(nodeKey('host-a', '/other/'), '/other/nodes/host-a');
  t.deepEqual(parseKey('/rollcall/services/web/web-1'), { kind: 'instance', service: 'web', id: 'web-1' });
  t.deepEqual(parseKey('/rollcall/nodes/host-a'), { kind: 'node', name: 'host-a' });
  t.deepEqual(parseKey('/rollcall/config/x'), { kind: 'other' });
  t.deepEqual(parseKey('/elsewhere'), { kind: 'other' });
});

const badKeys: Readonly<Record<string, RegExp>> = {
  '/rollcall/services/web': /key has no instance id/,
  '/rollcall/services/web/': /key names no instance id/,
  '/rollcall/services//web-1': /key names no service/,
  '/rollcall/services/web/a/b': /instance id "a\/b" in the key contains a slash/,
  [`/rollcall/services/web/${'a'.repeat(256)}`]: /instance id in the key has 256 characters/,
  '/rollcall/nodes/': /key names no node/,
};

for (const [key, problem] of Object.entries(badKeys)) {
  test(`says what is wrong with the key ${key.slice(0, 40)}`, (t) => {
    const parsed = parseKey(key);
    t.regex(parsed.kind === 'problem' ? parsed.problem : parsed.kind, problem);
    const reading = rollcallLayout().read(key, value('10.0.0.1:80'));
    t.is(reading.kind, 'problem');
  });
}

test('names that DNS cannot carry are read all the same but refused for registration', (t) => {
  t.like(parseInstance('/rollcall/services/My Service/10.0.0.1:80', '10.0.0.1:80'), {
    instance: { service: 'My Service', id: '10.0.0.1:80' },
  });
  t.is(instanceKeyProblem('web', 'web-1'), undefined);
  t.regex(instanceKeyProblem('My Service', 'x') ?? '', /"my-service" would do/);
});

test('a key of something else is no instance', (t) => {
  const parsed = parseInstance('/rollcall/nodes/a', '10.0.0.1:80');
  t.regex('problem' in parsed ? parsed.problem : '', /is not <prefix>services/);
});

test('a node is JSON or a bare address', (t) => {
  const read = (text: string) => rollcallLayout().read('/rollcall/nodes/host-a', value(text));
  t.deepEqual(read('{"address":"10.0.0.1","meta":{"rack":7}}'), {
    kind: 'node',
    node: { name: 'host-a', address: '10.0.0.1', meta: { rack: '7' } },
  });
  t.like(read('fd00::1'), { kind: 'node', node: { address: 'fd00::1' } });
  t.deepEqual(read('{"meta":{}}'), { kind: 'problem', problem: 'address is missing' });
  t.is(read('what').kind, 'problem');
  t.is(read('{').kind, 'problem');
});

test('SkyDNS keys are names in reverse; labels above the service are tags', (t) => {
  const layout = skydnsLayout('/skydns/local/skydns/');
  const text = '{"host":"10.0.1.1","port":8080,"priority":20,"text":"hi","ttl":60}';
  t.deepEqual(layout.read('/skydns/local/skydns/east/production/rails/1', value(text)), {
    kind: 'instance',
    instance: {
      service: 'rails',
      id: '1-production-east',
      address: '10.0.1.1',
      port: 8080,
      protocol: 'tcp',
      tags: ['production', 'east'],
      meta: { text: 'hi' },
      weight: 100,
      priority: 20,
      status: 'passing',
      node: '',
      checks: [],
      ttlSeconds: 60,
    },
  });
  t.like(layout.read('/skydns/local/skydns/rails', value(text)), { instance: { service: 'rails', id: 'rails' } });
  t.deepEqual(layout.read('/skydns/local/skydns/rails/1', value('{"port":1}')), {
    kind: 'problem',
    problem: 'host is missing',
  });
  t.deepEqual(layout.read('/skydns/local/skydns/rails//1', value(text)), {
    kind: 'problem',
    problem: 'key names no label',
  });
  t.is(layout.read('/skydns/local/skydns/rails/1', value('x')).kind, 'problem');
});

test('gRPC naming keys end in service and endpoint, and a deleted one is none', (t) => {
  const layout = grpcNamingLayout('/grpc/services/');
  const text = '{"Op":0,"Addr":"10.0.0.1:9000","Metadata":{"zone":"a"}}';
  t.like(layout.read('/grpc/services/greeter/10.0.0.1:9000', value(text)), {
    kind: 'instance',
    instance: {
      service: 'greeter',
      id: '10.0.0.1:9000',
      address: '10.0.0.1',
      port: 9000,
      protocol: 'grpc',
      meta: { metadata: '{"zone":"a"}' },
    },
  });
  t.like(grpcNamingLayout('/grpc/greeter/').read('/grpc/greeter/10.0.0.1:9000', value(text)), {
    instance: { service: 'greeter', id: '10.0.0.1:9000' },
  });
  t.deepEqual(layout.read('/grpc/services/greeter/x', value('{"Op":1,"Addr":""}')), { kind: 'other' });
  t.deepEqual(layout.read('/grpc/services/greeter/x', value('{"Op":0,"Addr":"nowhere"}')), {
    kind: 'problem',
    problem: 'field Addr: "nowhere" is not host:port',
  });
  t.is(layout.read('/grpc/services/greeter/x', value('[]')).kind, 'problem');
  t.is(layout.read('/grpc/services/', value(text)).kind, 'problem');
});
