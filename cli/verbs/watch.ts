// `watch`: prints events as they come, or runs a command for each; `-i` reads `watch` and `progress` lines from standard
// input. It ends only when the server ends the watch, or by a signal.

import type { WatchResponse } from '../../common/api/generated/messages.ts';
import { loadOptions } from '../../common/config/load-options.ts';
import type { OptionValues } from '../../common/config/option.ts';
import { UsageError } from '../../common/runtime/role.ts';
import { argify } from '../argify.ts';
import { runForEvents } from '../event-command.ts';
import { badArgs, ExitError, exitCodes } from '../exit-error.ts';
import { keyRange } from '../key-range.ts';
import { createLineReader } from '../line-reader.ts';
import type { Session } from '../session.ts';
import { defineVerb, flag, integerFlag } from '../verb.ts';
import { type WatchArguments, watchArguments, watchEnvironment } from '../watch-arguments.ts';
import { createWatchStream, type WatchStream } from '../watch-stream.ts';

/** Responses waiting for their commands; a command slower than the events for this long is given up. */
const waitingResponsesMax = 10_000;

const watchOptions = {
  interactive: { kind: 'boolean', default: false, short: 'i', section: 'Flags', help: 'read watches from stdin' },
  prefix: flag('all keys that begin with the key'),
  rev: integerFlag('first revision to show; 0 means from now on'),
  'prev-kv': flag('also the key and value from before each event'),
  'progress-notify': flag('print the revision now and then while nothing happens'),
} as const;

type WatchValues = OptionValues<typeof watchOptions>;

export const watch = defineVerb({
  name: 'watch',
  usage: '[flags] [KEY [RANGE_END]] [-- COMMAND ARGS…]',
  summary: 'watches keys, printing events or running a command for each',
  options: watchOptions,
  async run({ args, afterDashes, values, session }) {
    const environment = watchEnvironment(session.env);
    const { clock, random } = session;
    const stream = createWatchStream({ service: session.client, clock, random });
    try {
      if (values.interactive) return await interactive(stream, session);
      const end = await watchUntilEnd(stream, session, watchArguments(args, afterDashes, environment), values);
      session.out.complain(end.complaint);
      return end.exitCode;
    } finally {
      stream.close();
    }
  },
});

interface WatchEnd {
  readonly complaint: string;
  readonly exitCode: number;
}

/** Resolves with what ends the watch: a failed event command, or the server's cancellation. */
function watchUntilEnd(
  stream: WatchStream,
  session: Session,
  { range, command }: WatchArguments,
  values: WatchValues,
): Promise<WatchEnd> {
  if (range.length === 2 && values.prefix) throw badArgs('`range_end` and `--prefix` are mutually exclusive');
  return new Promise((resolve) => {
    let waiting = 0;
    let work = Promise.resolve();
    const fail = (complaint: string): void => resolve({ complaint, exitCode: exitCodes.error });
    const handle = async (response: WatchResponse): Promise<void> => {
      waiting--;
      show(session, response);
      if (command.length > 0) await runForEvents(command, response, session.env);
    };
    stream.add(
      {
        ...keyRange(range, { prefix: values.prefix, fromKey: false }),
        startRevision: Math.max(0, values.rev),
        prevKv: values.prevKv,
        progressNotify: values.progressNotify,
      },
      {
        response(response) {
          waiting++;
          if (waiting > waitingResponsesMax) return fail('the command is too slow for the events');
          work = work.then(() => handle(response)).catch((error: Error) => fail(error.message));
        },
        ended(reason) {
          work = work.then(() => {
            session.out.complain(`watch was canceled (${reason})`);
            resolve({ complaint: 'Error: watch is canceled by the server', exitCode: exitCodes.interrupted });
          });
        },
      },
    );
  });
}

function show(session: Session, response: WatchResponse): void {
  const isProgress = response.events.length === 0 && !response.canceled && response.compactRevision === 0;
  if (isProgress) session.out.write(`progress notify: ${response.header?.revision ?? 0}\n`);
  session.printer.watch(response);
}

async function interactive(stream: WatchStream, session: Session): Promise<number> {
  const lines = createLineReader(session.input);
  const environment = watchEnvironment(session.env);
  for (;;) {
    const line = await lines.next();
    if (line === undefined) throw new ExitError(exitCodes.invalidInput, 'error reading watch request line: EOF');
    const [word, ...argv] = argify(line);
    if (word === undefined) {
      session.out.complain(`Invalid command: ${line} (watch and progress supported)`);
    } else if (word === 'progress') {
      stream.requestProgress();
    } else if (word !== 'watch') {
      session.out.complain(`Invalid command ${line} (only support watch)`);
    } else if (argv.length === 0 && environment.key === '') {
      session.out.complain(`Invalid command ${line} (command type or key is not provided)`);
    } else {
      const loaded = parseLine(argv);
      const target = watchArguments(loaded.positionals, loaded.afterDashes, environment);
      void watchUntilEnd(stream, session, target, loaded.values).then(endOne(session));
    }
  }
}

/** One watch of several is over; a failed command is told, the session goes on. */
function endOne(session: Session): (end: WatchEnd) => void {
  return ({ complaint, exitCode }) => {
    if (exitCode !== exitCodes.interrupted) session.out.complain(complaint);
  };
}

function parseLine(argv: readonly string[]) {
  try {
    return loadOptions(watchOptions, { argv, env: {}, prefixes: [], positionals: 'mixed' });
  } catch (error) {
    if (error instanceof UsageError) throw badArgs(error.message);
    throw error;
  }
}
