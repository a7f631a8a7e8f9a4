import test from 'ava';
import { dnsLabel, labelProblem, serviceOctetsMax } from '../../../common/registry/dns-label.ts';

const labels: readonly (readonly [string, string])[] = [
  ['web', 'web'],
  ['Web-1', 'web-1'],
  ['my_service', 'my_service'],
  ['10.0.0.5:80', '10-0-0-5-80'],
  ['v1.2', 'v1-2'],
  ['[fd00::1]:80', 'fd00-1-80'],
  ['a  b', 'a-b'],
  ['-edge-', 'edge'],
];

for (const [name, label] of labels) {
  test(`${name} is found as ${label}`, (t) => {
    t.is(dnsLabel(name), label);
    t.is(dnsLabel(label), label);
  });
}

test('names without a usable letter still get a label each', (t) => {
  t.regex(dnsLabel('…'), /^x-[0-9a-f]{8}$/);
  t.not(dnsLabel('…'), dnsLabel('—'));
  t.regex(dnsLabel(''), /^x-[0-9a-f]{8}$/);
});

test('names too long for a label are cut and stay apart', (t) => {
  const [one, other] = [dnsLabel(`${'a'.repeat(80)}1`), dnsLabel(`${'a'.repeat(80)}2`)];
  t.is(one.length, 63);
  t.not(one, other);
  t.is(dnsLabel('a'.repeat(63)), 'a'.repeat(63));
  t.is(dnsLabel('a'.repeat(63), serviceOctetsMax).length, 62);
});

test('a name to register is refused with what is wrong and what would do', (t) => {
  t.is(labelProblem('service', 'web-1'), undefined);
  t.is(labelProblem('service', 'Web_1'), undefined);
  t.is(labelProblem('service', ''), 'service is empty');
  t.regex(labelProblem('id', 'web.1') ?? '', /^id "web\.1" cannot be a DNS label .*; "web-1" would do$/);
  t.regex(labelProblem('service', 'a'.repeat(63), serviceOctetsMax) ?? '', /at most 62 long/);
  t.not(labelProblem('node', '-a'), undefined);
  t.not(labelProblem('node', 'a\u0000b'), undefined);
});
