import test from 'ava';
import { decodeIdentity, encodeIdentity } from '../../server/log-identity.ts';

test('an identity is read back as it was written', (t) => {
  const identity = { clusterId: 2n ** 64n - 1n, memberId: 0x8e9e05c52164694dn };
  t.deepEqual(decodeIdentity(encodeIdentity(identity)), identity);
});

test('metadata of another length is refused with the reason', (t) => {
  for (const bytes of [0, 15, 17]) {
    t.throws(() => decodeIdentity(Buffer.alloc(bytes)), {
      name: 'StartError',
      message: `the write-ahead log names no member: its metadata has ${bytes} bytes instead of 16`,
    });
  }
});
