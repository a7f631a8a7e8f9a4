// Runs ava and ends with the line that CI recognises: `N passed, N failed`, from ava's own TAP counts. Arguments are
// ava's (files, --match). With ROLLCALL_TEST_COUNTS set, the counts go to that file as well, for whoever adds up runs.

import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

// ava exports its main module only; its command line lies next to it.
const ava = join(dirname(createRequire(import.meta.url).resolve('ava')), 'cli.mjs');
const child = spawn(process.execPath, [ava, '--tap', ...process.argv.slice(2)], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));

const counts = { pass: 0, fail: 0, skip: 0 };
// What was seen line by line: ava's own totals are missing when its reporter dies (of a test that timed out).
const seen = { pass: 0, fail: 0, skip: 0 };
let summed = false;
const lines = createInterface({ input: child.stdout });
for await (const line of lines) {
  const total = /^# (pass|fail|skip) (\d+)$/.exec(line);
  const result = /^(not )?ok \d+ (.*# (SKIP|TODO))?/.exec(line);
  if (result !== null) seen[result[1] ? 'fail' : result[2] ? 'skip' : 'pass']++;
  if (total !== null) {
    counts[total[1]] = Number(total[2]);
    summed = true;
  }
  // Passing tests are summed up; everything else (failures, their details, logs, skips with their reason) is shown.
  else if (!/^ok \d+ (?!.*# (SKIP|TODO))/.test(line) && !/^(TAP version|1\.\.|# tests)/.test(line)) console.log(line);
}
const code = await new Promise((resolve) =>
  child.exitCode === null ? child.on('exit', resolve) : resolve(child.exitCode),
);
if (!summed) Object.assign(counts, seen);
// A crash outside any test (an unhandled rejection, a process that does not end) counts as a failure too.
if (code !== 0 && counts.fail === 0) counts.fail = 1;
if (process.env.ROLLCALL_TEST_COUNTS)
  appendFileSync(process.env.ROLLCALL_TEST_COUNTS, `${counts.pass} ${counts.fail}\n`);
console.log(`${counts.pass} passed, ${counts.fail} failed${counts.skip > 0 ? `, ${counts.skip} skipped` : ''}`);
process.exitCode = counts.fail > 0 || counts.pass === 0 ? 1 : 0;
