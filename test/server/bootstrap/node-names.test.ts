import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import dns2 from 'dns2';
import { serverNames, socketLookup, systemNames } from '../../../server/bootstrap/node-names.ts';
import { refusal } from './world.ts';

/** A DNS server on loopback that knows one SRV name with two members, and one host. */
async function startDns(t: ExecutionContext): Promise<string> {
  const { Packet } = dns2;
  const server = dns2.createServer({
    udp: true,
    handle: (request, send) => {
      const response = Packet.createResponseFromRequest(request);
      const { name, type } = request.questions[0]! as { name: string; type: number };
      const base = { name, class: Packet.CLASS.IN, ttl: 5 };
      if (name === '_etcd-server._tcp.zone.test' && type === Packet.TYPE.SRV) {
        for (const n of [1, 2]) {
          const target = `n${n}.zone.test`;
          response.answers.push({ ...base, type, priority: n, weight: 3, port: 2380, target } as never);
        }
      } else if (name === 'n1.zone.test' && type === Packet.TYPE.A) {
        response.answers.push({ ...base, type, address: '127.0.0.1' } as never);
      } else if (name === 'sick.zone.test') {
        response.header.rcode = 2;
      } else if (name !== 'n1.zone.test') {
        response.header.rcode = 3;
      }
      send(response);
    },
  });
  const { udp } = (await server.listen({ udp: { port: 0, address: '127.0.0.1' } })) as { udp: AddressInfo };
  t.teardown(() => server.close());
  return `127.0.0.1:${udp.port}`;
}

test('a named DNS server answers SRV and host names; absence is an empty answer, its trouble an error', async (t) => {
  const address = await startDns(t);
  const names = await serverNames(address);
  t.is(names.source, address);
  t.deepEqual(
    [...(await names.srv('_etcd-server._tcp.zone.test'))].sort((a, b) => a.priority - b.priority),
    [
      { target: 'n1.zone.test', port: 2380, priority: 1, weight: 3 },
      { target: 'n2.zone.test', port: 2380, priority: 2, weight: 3 },
    ],
  );
  t.deepEqual(await names.srv('_etcd-server-ssl._tcp.zone.test'), []);
  t.deepEqual(await names.addresses('n1.zone.test'), ['127.0.0.1']);
  t.deepEqual(await names.addresses('10.1.2.3'), ['10.1.2.3']);
  t.true((await names.addresses('localhost')).includes('127.0.0.1'));
  t.regex(await refusal(() => names.srv('sick.zone.test')), /ESERVFAIL/);
});

test('sockets connect to names that only the named DNS server knows', async (t) => {
  const names = await serverNames(await startDns(t));
  const server = createServer((socket) => socket.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const heard = await new Promise<string>((resolve, reject) => {
    const socket = connect({ host: 'n1.zone.test', port, lookup: socketLookup(names) });
    socket.on('data', (data) => resolve(data.toString()));
    socket.on('error', reject);
  });
  t.is(heard, 'hello');
});

test('a resolver that is not HOST:PORT is refused', async (t) => {
  for (const text of ['', '127.0.0.1', '127.0.0.1:0', ':53', 'http://127.0.0.1:53']) {
    t.is(
      await refusal(() => serverNames(text)),
      `UsageError: --discovery-srv-resolver: "${text}" is not valid: expected HOST:PORT of a DNS server`,
    );
  }
});

test("the system's resolver knows addresses and localhost", async (t) => {
  const names = systemNames();
  t.deepEqual(await names.addresses('192.0.2.1'), ['192.0.2.1']);
  t.true((await names.addresses('localhost')).includes('127.0.0.1'));
});
