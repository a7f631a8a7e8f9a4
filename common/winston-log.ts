// The Logger that winston stands behind: lines of text (`time LEVEL message key=value`) or JSON objects with the names
// that etcd's logs use (level, ts, msg). Made by bin/ from the logging options; everything else takes a Logger.

import { openSync, writeSync } from 'node:fs';
import { Writable } from 'node:stream';
import winston from 'winston';
import type { LogFields, Logger, LogLevel } from './log.ts';
import type { Clock } from './runtime/clock.ts';
import { UsageError } from './runtime/role.ts';

export interface LogOptions {
  /** etcd's level words; `panic` and `fatal` mean `error` here. */
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'panic' | 'fatal';
  readonly format: 'text' | 'json' | 'console';
  /** `default`, `stderr`, `stdout`, or paths of files that are appended to. */
  readonly outputs: readonly string[];
  readonly clock: Clock;
}

/** Throws UsageError when an output cannot be written. */
export function createLogger(options: LogOptions): Logger {
  const format = options.format === 'json' ? jsonLine : textLine;
  const logger = winston.createLogger({
    level: options.level === 'panic' || options.level === 'fatal' ? 'error' : options.level,
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    format: winston.format.printf((info) =>
      format({
        time: new Date(options.clock.wallMs()).toISOString(),
        level: info.level,
        message: String(info.message),
        fields: info.fields as LogFields,
      }),
    ),
    transports: transports(options.outputs),
  });
  return wrap(logger, {});
}

function transports(outputs: readonly string[]): winston.transport[] {
  const unique = new Set(outputs.map((output) => (output === 'default' ? 'stderr' : output)));
  if (unique.size === 0) unique.add('stderr');
  return [...unique].map((output) => {
    if (output === 'stdout') return new winston.transports.Console();
    if (output === 'stderr')
      return new winston.transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] });
    return new winston.transports.Stream({ stream: appendTo(output) });
  });
}

/**
 * A file that takes each line before the call returns: nothing is lost when the process ends right after. Opened here
 * and now, as a path that cannot be written is a setting that is wrong. Appending makes logrotate's copytruncate work.
 */
function appendTo(path: string): Writable {
  let file: number;
  try {
    file = openSync(path, 'a');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--log-outputs: cannot write ${path}: ${reason}`);
  }
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      try {
        writeSync(file, chunk);
      } catch {
        // A full disk must not end a role for the sake of its log.
      }
      done();
    },
  });
}

interface Line {
  readonly time: string;
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

function jsonLine({ time, level, message, fields }: Line): string {
  return JSON.stringify({ level, ts: time, msg: message, ...fields }, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

function textLine({ time, level, message, fields }: Line): string {
  const pairs = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${quoteIfNeeded(String(value))}`);
  return `${time} ${level.toUpperCase().padEnd(5)} ${oneLine(message)}${pairs.join('')}`;
}

function quoteIfNeeded(text: string): string {
  return text !== '' && !/[\s"=\p{Cc}]/u.test(text) ? text : JSON.stringify(text);
}

/** A message may quote what came over the network: control characters must not forge lines. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
}

function wrap(logger: winston.Logger, bound: LogFields): Logger {
  const at = (level: LogLevel) => (message: string, fields?: LogFields) => {
    logger.log(level, { message, fields: fields === undefined ? bound : { ...bound, ...fields } });
  };
  return {
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    child: (fields) => wrap(logger, { ...bound, ...fields }),
  };
}
