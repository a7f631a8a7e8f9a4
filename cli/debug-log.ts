// What --debug shows: the client's log as lines on stderr. Not winston, which takes longer to load than a `get` to run.

import type { LogFields, Logger } from '../common/log.ts';
import type { Output } from './session.ts';

export function createDebugLog(out: Output, bound: LogFields = {}): Logger {
  const at = (level: string) => (message: string, fields?: LogFields) => {
    const pairs = Object.entries({ ...bound, ...fields }).map(([name, value]) => ` ${name}=${String(value)}`);
    out.complain(`${level} ${message}${pairs.join('')}`);
  };
  return {
    error: at('ERROR'),
    warn: at('WARN '),
    info: at('INFO '),
    debug: at('DEBUG'),
    child: (fields) => createDebugLog(out, { ...bound, ...fields }),
  };
}
