// The ports of `rollcall dev`, settled before anything starts: taken ones are named together with their flags, and a
// port 0 is exchanged for a free one, since the roles must know one another's addresses. Between the look and the use
// somebody else may take a port; the role then says so itself.

import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { StartError } from '../common/runtime/role.ts';

export interface WantedPort {
  /** `--client-port` */
  readonly flag: string;
  /** 0 means any free one. */
  readonly port: number;
  readonly udp: boolean;
}

/** Attempts to find a port that is free for TCP and UDP alike. */
const attemptsMax = 20;

/** The ports in the order asked for. Throws StartError naming every taken one. */
export async function settlePorts(host: string, wanted: readonly WantedPort[]): Promise<readonly number[]> {
  const settled: number[] = [];
  const taken: string[] = [];
  for (const want of wanted) {
    const port = await (want.port === 0 ? anyPort(host, want.udp, settled) : probe(host, want.port, want.udp));
    if (port === undefined) taken.push(`port ${want.port} (${want.flag})`);
    settled.push(port ?? want.port);
  }
  const twice = wanted.find(({ port }, index) => port !== 0 && settled.indexOf(port) < index);
  if (twice !== undefined) throw new StartError(`port ${twice.port} (${twice.flag}) is given to two roles`);
  if (taken.length > 0) throw new StartError(`already in use on ${host}: ${taken.join(', ')}`);
  return settled;
}

async function anyPort(host: string, udp: boolean, settled: readonly number[]): Promise<number> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const port = await probe(host, 0, false);
    if (port === undefined || settled.includes(port)) continue;
    if (!udp || (await probeUdp(host, port)) !== undefined) return port;
  }
  throw new StartError(`no free port found on ${host}`);
}

async function probe(host: string, port: number, udp: boolean): Promise<number | undefined> {
  const free = await probeTcp(host, port);
  return free === undefined || !udp ? free : probeUdp(host, free);
}

/** The port when it can be had (the one that was chosen, for 0), undefined when it is taken. */
function probeTcp(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => decide(error, resolve, reject));
    server.listen({ host, port }, () => {
      const { port: bound } = server.address() as { port: number };
      server.close(() => resolve(bound));
    });
  });
}

function probeUdp(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', (error: NodeJS.ErrnoException) => decide(error, resolve, reject));
    socket.bind({ address: host, port, exclusive: true }, () => {
      const bound = socket.address().port;
      socket.close(() => resolve(bound));
    });
  });
}

function decide(
  error: NodeJS.ErrnoException,
  resolve: (port: undefined) => void,
  reject: (error: Error) => void,
): void {
  if (error.code === 'EADDRINUSE') resolve(undefined);
  else reject(new StartError(`cannot listen: ${error.message}`, { cause: error }));
}
