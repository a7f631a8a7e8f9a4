// `host:port` as people write it, IPv6 in brackets. Listeners, endpoints and --listen flags all read it here.

export interface HostPort {
  /** Without brackets; empty means every interface. */
  readonly host: string;
  readonly port: number;
}

/** Reads `host:port`, `[v6]:port` or `:port`; undefined when it is none of them. */
export function parseHostPort(text: string): HostPort | undefined {
  const match = /^(?:\[([0-9a-fA-F:.%\w]+)\]|([^:[\]\s/]*)):(\d{1,5})$/.exec(text);
  if (match === null) return undefined;
  const port = Number(match[3]);
  if (port > 65535) return undefined;
  return { host: match[1] ?? match[2] ?? '', port };
}

export function formatHostPort({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
