// The composition root of the command line: which command, and what its end means for the process. Everything is
// loaded on demand, so that `rollcall get` starts no server code.

import type { SessionEnvironment } from '../cli/session.ts';
import { nearestName } from '../common/config/nearest.ts';
import { realClock } from '../common/runtime/real-clock.ts';
import { UsageError } from '../common/runtime/role.ts';
import { systemRandom } from '../common/runtime/system-random.ts';
import { overview } from './help.ts';
import { complain, failureOf, installFatalHandlers, processShell } from './process-shell.ts';
import { roleNames } from './roles.ts';
import type { RunContext } from './run-role.ts';
import { versionText } from './version.ts';

const context: RunContext = { shell: processShell, clock: realClock, random: systemRandom };

const verbEnvironment: SessionEnvironment = {
  ...context,
  env: processShell.env,
  input: process.stdin,
  out: {
    write: (chunk) => {
      process.stdout.write(chunk);
    },
    complain: (line) => {
      process.stderr.write(`${line}\n`);
    },
  },
  onInterrupt: (listener) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, listener);
  },
};

async function dispatch(argv: readonly string[]): Promise<number> {
  const [word, ...rest] = argv;
  const role = roleNames.find((name) => name === word);
  if (role !== undefined) return (await import('./run-role.ts')).runRole(role, rest, context);
  if (word === 'dev') return (await import('./dev.ts')).runDev(rest, context);
  if (word === 'run') return (await import('./run-wrapped.ts')).runWrapped(rest, context);
  if (word === 'version' || word === '--version') return processShell.print(versionText());
  const { verbSummaries, runVerb, isVerb } = await import('../cli/main.ts');
  switch (word) {
    case undefined:
    case '--help':
    case '-h':
      return processShell.print(overview(verbSummaries));
    case 'help':
      return rest.length === 0 ? processShell.print(overview(verbSummaries)) : dispatch([...rest, '--help']);
    default:
      break;
  }
  // etcdctl's global flags may stand in front of the verb.
  if (word.startsWith('-') || isVerb(word)) return runVerb(argv, verbEnvironment);
  const nearest = nearestName(word, [
    ...roleNames,
    'dev',
    'run',
    'help',
    'version',
    ...verbSummaries.map((v) => v.name),
  ]);
  const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
  throw new UsageError(`unknown command "${word}"${hint}`);
}

/** The words that errors begin with: `rollcall server`. */
function commandOf(argv: readonly string[]): string {
  const word = argv[0];
  const known = word !== undefined && ([...roleNames, 'dev', 'run'] as readonly string[]).includes(word);
  return known ? `rollcall ${word}` : 'rollcall';
}

const argv = process.argv.slice(2);
installFatalHandlers(commandOf(argv));
try {
  process.exitCode = await dispatch(argv);
} catch (error) {
  const failure = failureOf(error, commandOf(argv));
  complain(failure.text);
  process.exitCode = failure.exitCode;
}
// Timers and sockets that a stopped role left behind must not keep the process; stdout, if a pipe, is written out first.
process.stdout.write('', () => process.exit());
