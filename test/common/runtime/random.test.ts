import test from 'ava';
import { seededRandom } from '../../../common/runtime/random.ts';
import { systemRandom } from '../../../common/runtime/system-random.ts';

test('equal seeds give equal sequences, other seeds others', (t) => {
  const draw = (seed: number): bigint[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 50 }, () => random.bits64());
  };
  t.deepEqual(draw(7), draw(7));
  const firsts = new Set(Array.from({ length: 1000 }, (_, seed) => draw(seed)[0]));
  t.is(firsts.size, 1000);
});

for (const [name, random] of [
  ['seeded', seededRandom(1)],
  ['system', systemRandom],
] as const) {
  test(`${name}: numbers lie in their range and reach all of it`, (t) => {
    const seen = new Set<number>();
    for (let i = 0; i < 2000; i++) {
      const fraction = random.next();
      t.true(fraction >= 0 && fraction < 1);
      const number = random.below(7);
      t.true(Number.isInteger(number) && number >= 0 && number < 7);
      seen.add(number);
      const bits = random.bits64();
      t.true(bits >= 0n && bits < 1n << 64n);
    }
    t.is(seen.size, 7);
    t.is(random.below(1), 0);
    t.is(random.below(0), 0);
  });

  test(`${name}: every bit of 64 is set about half of the time`, (t) => {
    const counts = Array<number>(64).fill(0);
    for (let i = 0; i < 4000; i++) {
      const bits = random.bits64();
      for (let bit = 0; bit < 64; bit++) if ((bits >> BigInt(bit)) & 1n) counts[bit]!++;
    }
    // Beyond eight standard deviations.
    for (const count of counts) t.true(count > 1740 && count < 2260, String(count));
  });
}
