// What a verb works with: the client (connected at its first call), the printer, the streams, and calls that carry the
// command's deadline. One session serves one command.

import type { Readable } from 'node:stream';
import type { Call } from '../common/api/call.ts';
import { type ClusterClient, createClient } from '../common/client/cluster-client.ts';
import { outgoingCall } from '../common/client/outgoing-call.ts';
import { silentLogger } from '../common/log.ts';
import type { Clock } from '../common/runtime/clock.ts';
import type { Random } from '../common/runtime/random.ts';
import { createDebugLog } from './debug-log.ts';
import type { GlobalValues } from './global-options.ts';
import { createPrinter, type Printer } from './printers/printer.ts';

export interface Output {
  /** To stdout. */
  write(chunk: string | Uint8Array): void;
  /** A line to stderr. */
  complain(line: string): void;
}

export interface SessionEnvironment {
  readonly clock: Clock;
  readonly random: Random;
  readonly out: Output;
  readonly input: Readable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Calls back once at the first SIGINT or SIGTERM; verbs that own nothing let the signal end the process. */
  readonly onInterrupt: (listener: () => void) => void;
}

export interface Session extends SessionEnvironment {
  readonly global: GlobalValues;
  /** As given, for output. */
  readonly endpoints: readonly string[];
  readonly client: ClusterClient;
  readonly printer: Printer;
  /** A call with the deadline of --command-timeout. */
  call(): Call;
  close(): Promise<void>;
}

export function createSession(environment: SessionEnvironment, global: GlobalValues): Session {
  const printer = createPrinter(global.writeOut, { hex: global.hex, out: environment.out });
  let client: ClusterClient | undefined;
  return {
    ...environment,
    global,
    endpoints: global.endpoints,
    printer,
    get client() {
      client ??= createClient({
        endpoints: global.endpoints,
        clock: environment.clock,
        random: environment.random,
        log: global.debug ? createDebugLog(environment.out) : silentLogger,
        connectTimeoutMs: global.dialTimeout,
        keepAliveMs: global.keepaliveTime,
        keepAliveTimeoutMs: global.keepaliveTimeout,
        inOrder: true,
      });
      return client;
    },
    call: () => outgoingCall({ timeoutMs: global.commandTimeout, peer: 'cli' }),
    close: () => client?.close() ?? Promise.resolve(),
  };
}
