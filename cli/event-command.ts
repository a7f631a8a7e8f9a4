// The command behind `watch … --`: run once for each event, one after the other, with the event in ETCD_WATCH_*
// variables, values in Go's quotes as etcdctl gives them.

import { spawn } from 'node:child_process';
import type { WatchResponse } from '../common/api/generated/messages.ts';
import { goQuote } from './format/go-quote.ts';
import { eventName } from './printers/names.ts';

/** Resolves once the command has run for every event; rejects with etcdctl's sentence when one fails. */
export async function runForEvents(
  [program = '', ...args]: readonly string[],
  { header, events }: WatchResponse,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  for (const { type, kv } of events) {
    const eventEnv = {
      ...env,
      ETCD_WATCH_REVISION: String(header?.revision ?? 0),
      ETCD_WATCH_EVENT_TYPE: goQuote(eventName(type)),
      ETCD_WATCH_KEY: goQuote(kv?.key ?? ''),
      ETCD_WATCH_VALUE: goQuote(kv?.value ?? ''),
    };
    const failure = await run(program, args, eventEnv);
    if (failure !== undefined) {
      throw new Error(`command [${[program, ...args].map((word) => goQuote(word)).join(' ')}] error (${failure})`);
    }
  }
}

function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve(signal === null ? `exit status ${code}` : `signal: ${signal}`);
    });
  });
}
