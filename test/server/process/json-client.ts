// The JSON gateway as a client that keeps its connections: what process tests need of it.

import { Agent, request } from 'node:http';

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');

export class JsonClient {
  readonly #port: number;
  readonly #agent: Agent;

  constructor(port: number, connections = 20) {
    this.#port = port;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** The answer's JSON; an error for a status other than 200 or a connection that breaks. */
  call<T = Record<string, unknown>>(path: string, body: object): Promise<T> {
    return new Promise((resolve, reject) => {
      const options = { port: this.#port, host: '127.0.0.1', path, method: 'POST', agent: this.#agent };
      const sent = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (response.statusCode === 200) resolve(JSON.parse(text) as T);
          else reject(new Error(`${path}: ${response.statusCode} ${text}`));
        });
      });
      sent.on('error', reject);
      sent.end(JSON.stringify(body));
    });
  }

  /** The revision of the put. */
  async put(key: string, value: string, lease?: string): Promise<number> {
    const body = { key: base64(key), value: base64(value), ...(lease === undefined ? {} : { lease }) };
    const { header } = await this.call<{ header: { revision: string } }>('/v3/kv/put', body);
    return Number(header.revision);
  }

  /** Value and mod revision of each key that begins with `prefix`, and the store's revision. */
  async all(
    prefix: string,
  ): Promise<{ revision: number; values: Map<string, { value: string; modRevision: number }> }> {
    const end = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
    const { header, kvs = [] } = await this.call<{
      header: { revision: string };
      kvs?: { key: string; value?: string; mod_revision: string }[];
    }>('/v3/kv/range', { key: base64(prefix), range_end: base64(end) });
    const values = kvs.map(({ key, value = '', mod_revision }) => {
      const text = (encoded: string): string => Buffer.from(encoded, 'base64').toString('latin1');
      return [text(key), { value: text(value), modRevision: Number(mod_revision) }] as const;
    });
    return { revision: Number(header.revision), values: new Map(values) };
  }

  close(): void {
    this.#agent.destroy();
  }
}
