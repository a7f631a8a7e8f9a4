import test from 'ava';
import fc from 'fast-check';
import { base64, rawConnection, startServer, until } from './gateway-server.ts';

const body = `{"key":"${base64('k')}","value":"${base64('v')}"}`;
const upgrade =
  'Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
const valid: readonly string[] = [
  `POST /v3/kv/put HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  `POST /v3/watch HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1e\r\n{"create_request":{"key":"aw"}}\r\n`,
  `POST /v3/maintenance/snapshot HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}`,
  `GET /v3/watch HTTP/1.1\r\n${upgrade}\x81\x85\x01\x02\x03\x04zz`,
  `GET /health HTTP/1.1\r\nHost: x\r\n\r\n`,
  `POST /v3/kv/range HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\n{}`,
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0',
];

/** A request cut, damaged or run on, and whether the client then resets the connection instead of ending it. */
const attack = fc.record({
  bytes: fc
    .tuple(fc.constantFrom(...valid), fc.nat(), fc.nat({ max: 20 }), fc.uint8Array({ maxLength: 12 }), fc.boolean())
    .map(([text, at, cut, junk, more]) => {
      const bytes = Buffer.from(text, 'latin1');
      const offset = at % (bytes.length + 1);
      return Buffer.concat([
        bytes.subarray(0, offset),
        Buffer.from(junk),
        more ? bytes.subarray(offset + cut) : Buffer.alloc(0),
      ]);
    }),
  reset: fc.boolean(),
});

test('damaged requests of every protocol, cut and reset anywhere, leave a server that serves', async (t) => {
  const server = await startServer(t);
  await fc.assert(
    fc.asyncProperty(fc.array(attack, { minLength: 4, maxLength: 4 }), async (attacks) => {
      await Promise.all(
        attacks.map(async ({ bytes, reset }) => {
          const connection = await rawConnection(t, server.port);
          connection.send(bytes);
          if (reset) connection.socket.resetAndDestroy();
          else connection.socket.destroySoon();
        }),
      );
      const response = await fetch(`${server.url}/v3/kv/put`, { method: 'POST', body });
      t.is(response.status, 200);
    }),
    { numRuns: 100 },
  );
  await until('every stream to be released', () => server.service.streams === 0);
});
