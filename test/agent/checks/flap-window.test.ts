import test from 'ava';
import { type FlapThresholds, observe, openFlapWindow } from '../../../agent/checks/flap-window.ts';
import type { CheckStatus } from '../../../common/registry/instance.ts';

const words: Readonly<Record<string, CheckStatus>> = { ok: 'passing', slow: 'warning', bad: 'critical' };

/** States after each result, the first letter of each. */
function film(start: CheckStatus, thresholds: FlapThresholds, results: string): string {
  let window = openFlapWindow(start);
  return results
    .split(' ')
    .map((result) => {
      window = observe(window, words[result]!, thresholds);
      return window.status[0];
    })
    .join('');
}

const cases: readonly [
  title: string,
  start: CheckStatus,
  rise: number,
  fall: number,
  results: string,
  states: string,
][] = [
  ['with thresholds of 1 every result decides', 'critical', 1, 1, 'ok bad ok bad slow', 'pcpcw'],
  ['rise counts successes in a row', 'critical', 3, 1, 'ok ok bad ok ok ok', 'cccccp'],
  ['fall counts failures in a row', 'passing', 1, 3, 'bad bad ok bad bad bad', 'pppppc'],
  ['the example of the source file', 'critical', 2, 3, 'ok ok bad bad ok bad bad bad', 'cppppppc'],
  ['a warning counts as a success on the way out of critical', 'critical', 2, 1, 'slow ok', 'cp'],
  ['passing and warning change at once, whatever the thresholds', 'passing', 5, 5, 'slow ok slow', 'wpw'],
  ['a warning ends a row of failures', 'passing', 1, 2, 'bad slow bad ok', 'pwwp'],
];

for (const [title, start, rise, fall, results, states] of cases) {
  test(`flap window: ${title}`, (t) => {
    t.is(film(start, { rise, fall }, results), states);
  });
}

test('the streak never reaches the threshold that it waits for', (t) => {
  let window = openFlapWindow('passing');
  for (let i = 0; i < 50; i++) {
    window = observe(window, i % 3 === 2 ? 'passing' : 'critical', { rise: 2, fall: 3 });
    t.true(window.streak < 3);
  }
  t.is(window.status, 'passing');
});
