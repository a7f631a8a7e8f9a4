import test from 'ava';
import { seededRandom } from '../../common/runtime/random.ts';
import type { Answer } from '../../dns/answer.ts';
import { fitAnswer, rotatedOrder, shuffledOrder } from '../../dns/fit.ts';
import { MessageWriter } from '../../dns/message-writer.ts';
import { nameFromText } from '../../dns/name.ts';
import { addressOctets } from '../../dns/record.ts';
import { decodeMessage } from './harness/decode-message.ts';

const owner = nameFromText('web.service.rollcall.internal');
const question = { name: owner, type: 33 };

/** SRV records to `a`, `b`, … in 10.0.0.0/24, each with its address as glue. */
function srvAnswer(count: number): Answer {
  return {
    rcode: 0,
    isOrdered: false,
    dependsOn: undefined,
    authority: [],
    answers: Array.from({ length: count }, (_, index) => {
      const target = nameFromText(`${String.fromCharCode(97 + index)}.example`);
      return {
        record: { name: owner, type: 33, ttl: 5, data: { kind: 'srv', priority: 1, weight: 1, port: 80, target } },
        glue: [{ name: target, type: 1, ttl: 5, data: { kind: 'octets', octets: addressOctets(`10.0.0.${index}`)! } }],
      };
    }),
  };
}

// Worked example: header 12, question 31 + 4; an SRV is 2 (pointer) + 10 + 6 + 11 (`\1a\7example\0`, in full) = 29,
// its glue 2 (pointer) + 10 + 4 = 16.
const head = 12 + 31 + 4;
const srvOctets = 29;
const glueOctets = 16;

function cutTo(count: number, octetsMax: number, mayTruncate = true) {
  const options = { writer: new MessageWriter(), octetsMax, mayTruncate };
  const fitted = fitAnswer(question, srvAnswer(count), rotatedOrder(count, 0), options);
  return { ...fitted, decoded: decodeMessage(fitted.message) };
}

test('what fits exactly is complete, one octet less costs the last glue record and no TC', (t) => {
  const size = head + 3 * (srvOctets + glueOctets);
  const exact = cutTo(3, size);
  t.is(exact.message.length, size);
  t.true(exact.isComplete);
  const less = cutTo(3, size - 1);
  t.is(less.message.length, size - glueOctets);
  t.false(less.isComplete);
  t.false(less.isTruncated);
  t.is(less.decoded.answer.length, 3);
  t.is(less.decoded.additional.length, 2);
});

test('all answers and no glue still is not truncated; one octet less is, and carries no glue', (t) => {
  const size = head + 3 * srvOctets;
  const bare = cutTo(3, size);
  t.false(bare.isTruncated);
  t.is(bare.decoded.additional.length, 0);
  const cut = cutTo(3, size - 1);
  t.true(cut.isTruncated);
  t.deepEqual(cut.decoded.flags, ['qr', 'aa', 'tc']);
  t.is(cut.decoded.answer.length, 2);
  t.is(cut.decoded.additional.length, 0);
});

test('where TC means nothing, as many answers as fit are a sample', (t) => {
  const { isTruncated, isComplete, decoded } = cutTo(20, 512, false);
  t.false(isTruncated);
  t.false(isComplete);
  t.deepEqual(decoded.flags, ['qr', 'aa']);
  t.is(decoded.answer.length, Math.floor((512 - head) / srvOctets));
});

test('a record that did not fit leaves nothing behind that later names could point to', (t) => {
  const writer = new MessageWriter();
  writer.begin(question, 0, head + 20);
  const [first] = srvAnswer(1).answers;
  t.false(writer.append('answer', first!.record));
  t.is(writer.length, head);
  const message = decodeMessage(writer.finish());
  t.deepEqual(message.answer, []);
});

test('an order is a permutation: rotated, or random with better priorities first', (t) => {
  t.deepEqual(rotatedOrder(4, 3), [3, 0, 1, 2]);
  const { answers } = srvAnswer(20);
  const order = shuffledOrder(answers, seededRandom(3));
  t.deepEqual(
    order.toSorted((a, b) => a - b),
    rotatedOrder(20, 0),
  );
  t.notDeepEqual(order, rotatedOrder(20, 0));
});
