// A logger that keeps its lines for tests to look at.

import type { LogFields, Logger, LogLevel } from '../../../common/log.ts';

export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

export class RecordingLogger implements Logger {
  readonly lines: LogLine[];
  private readonly own: LogFields;

  constructor(lines: LogLine[] = [], own: LogFields = {}) {
    this.lines = lines;
    this.own = own;
  }

  error(message: string, fields?: LogFields): void {
    this.add('error', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.add('warn', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.add('info', message, fields);
  }

  debug(message: string, fields?: LogFields): void {
    this.add('debug', message, fields);
  }

  child(fields: LogFields): Logger {
    return new RecordingLogger(this.lines, { ...this.own, ...fields });
  }

  /** Lines of a level with this message. */
  of(level: LogLevel, message: string): LogLine[] {
    return this.lines.filter((line) => line.level === level && line.message === message);
  }

  private add(level: LogLevel, message: string, fields: LogFields = {}): void {
    this.lines.push({ level, message, fields: { ...this.own, ...fields } });
  }
}
