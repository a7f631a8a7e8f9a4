// `npm run bench`: Rollcall beside the etcd on PATH, one member each, in the same run: same generator, same work, the
// runs taking turns. Prints a table with medians, their spread and the ratio. Without etcd only our own column.

import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { PutRequest } from '../../common/api/generated/messages.ts';
import { methods } from '../../common/api/generated/service.ts';
import { realClock } from '../../common/runtime/real-clock.ts';
import { createGrpcClient } from '../../common/wire/grpc/client.ts';
import { loads, measure } from './load.ts';
import { startEtcd, startRollcall, type Target } from './targets.ts';

const rounds = 3;
const fillKeys = 100_000;
const fillInFlight = 1_000;

interface Line {
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  readonly samples: Map<string, number[]>;
}

const lines: Line[] = [];

function record(title: string, unit: string, digits: number, target: Target, value: number): void {
  let line = lines.find((candidate) => candidate.title === title);
  if (line === undefined) {
    line = { title, unit, digits, samples: new Map() };
    lines.push(line);
  }
  line.samples.set(target.name, [...(line.samples.get(target.name) ?? []), value]);
}

async function round(start: () => Promise<Target>): Promise<void> {
  const target = await start();
  try {
    record('start to healthy, empty', 'ms', 0, target, target.startMs);
    record('resident, idle', 'MB', 0, target, target.residentBytes() / 1e6);
    for (const load of loads) {
      const { perSecond, meanMs } = await measure(target.endpoint, load);
      if (load.connections * load.streams === 1) record(load.title, 'ms', 3, target, meanMs);
      else record(load.title, '/s', 0, target, perSecond);
    }
    await fill(target);
    record(`resident, ${fillKeys} keys of 256 B`, 'MB', 0, target, target.residentBytes() / 1e6);
  } finally {
    await target.stop();
  }
}

/** Distinct keys, a bounded number in flight. */
async function fill(target: Target): Promise<void> {
  const { hostname, port } = new URL(target.endpoint);
  const client = createGrpcClient({
    connect: () => connect(Number(port), hostname),
    authority: `${hostname}:${port}`,
    clock: realClock,
  });
  const value = Buffer.alloc(256, 'f');
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < fillKeys) {
      const key = Buffer.from(`fill/${String(next++).padStart(9, '0')}`);
      await client.unary(methods.put, PutRequest.create({ key, value }), {});
    }
  };
  await Promise.all(Array.from({ length: fillInFlight }, worker));
  await client.close();
}

function print(): void {
  const text = (line: Line, name: string): string => {
    const samples = line.samples.get(name);
    if (samples === undefined) return '-';
    const spread = (Math.max(...samples) - Math.min(...samples)) / 2;
    return `${median(samples).toFixed(line.digits)} ± ${spread.toFixed(line.digits)} ${line.unit}`;
  };
  const rows = lines.map((line) => {
    const [ours, theirs] = ['rollcall', 'etcd'].map((name) => line.samples.get(name));
    const ratio = ours === undefined || theirs === undefined ? '-' : `${(median(ours) / median(theirs)).toFixed(2)} ×`;
    return [line.title, text(line, 'rollcall'), text(line, 'etcd'), ratio];
  });
  const table = [['work', 'rollcall', 'etcd', 'ratio'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]!.length)));
  for (const row of table) console.log(row.map((cell, column) => cell.padEnd(widths[column]!)).join('  '));
  console.log(`\nmedian of ${rounds} rounds ± half the range; one member each; node ${process.version}`);
}

function median(samples: readonly number[]): number {
  return [...samples].sort((a, b) => a - b)[Math.floor(samples.length / 2)]!;
}

const has = (tool: string): boolean => spawnSync(tool, ['--version']).error === undefined;
if (!has('h2load')) {
  console.error('h2load is missing: install nghttp2-client');
  process.exit(1);
}
const targets = has('etcd') ? [startRollcall, startEtcd] : [startRollcall];
if (targets.length === 1) console.error('etcd is not on PATH (Debian: etcd-server): no comparison');
for (let i = 0; i < rounds; i++) for (const start of targets) await round(start);
print();
