// Reads our .proto files (the proto3 subset they use: messages, enums, oneofs, nested types, services with HTTP
// options) into plain descriptions. Decides nothing about output; codec-generator.ts does.

export interface ProtoField {
  readonly name: string;
  readonly number: number;
  /** Scalar type, or the full name of a message or enum. */
  type: string;
  readonly repeated: boolean;
  readonly oneof: string | undefined;
  /** `[jstype = JS_NUMBER]`: a 64-bit field whose values are safe integers. */
  readonly asNumber: boolean;
}

export interface ProtoMessage {
  readonly fullName: string;
  readonly fields: ProtoField[];
}

export interface ProtoEnum {
  readonly fullName: string;
  readonly values: { name: string; number: number }[];
}

export interface ProtoRpc {
  readonly name: string;
  request: string;
  response: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly httpPaths: string[];
}

export interface ProtoService {
  readonly fullName: string;
  readonly rpcs: ProtoRpc[];
}

export interface ProtoFiles {
  readonly messages: ProtoMessage[];
  readonly enums: ProtoEnum[];
  readonly services: ProtoService[];
}

const scalars = new Set(['bytes', 'string', 'bool', 'int32', 'uint32', 'int64', 'uint64']);

/** Parses files that may refer to one another's packages. Throws an Error naming the file and the token it stopped at. */
export function parseProto(sources: readonly { file: string; text: string }[]): ProtoFiles {
  const out: ProtoFiles = { messages: [], enums: [], services: [] };
  for (const source of sources) new FileParser(source.file, source.text, out).parse();
  resolveTypes(out);
  return out;
}

class FileParser {
  private readonly file: string;
  private readonly tokens: string[];
  private readonly out: ProtoFiles;
  private at = 0;
  private pkg = '';

  constructor(file: string, text: string, out: ProtoFiles) {
    this.file = file;
    this.tokens = text.replace(/\/\/[^\n]*/g, '').match(/"[^"]*"|[A-Za-z_][\w.]*|-?\d+|[^\s\w]/g) ?? [];
    this.out = out;
  }

  parse(): void {
    while (this.at < this.tokens.length) {
      const word = this.next();
      if (word === 'syntax' || word === 'import' || word === 'option') this.skipTo(';');
      else if (word === 'package') {
        this.pkg = this.next();
        this.expect(';');
      } else if (word === 'message') this.message(this.pkg);
      else if (word === 'enum') this.enumeration(this.pkg);
      else if (word === 'service') this.service();
      else throw this.error(word);
    }
  }

  private message(scope: string): void {
    const fullName = `${scope}.${this.next()}`;
    const fields: ProtoField[] = [];
    this.out.messages.push({ fullName, fields });
    this.expect('{');
    this.fields(fullName, fields, undefined);
  }

  private fields(scope: string, fields: ProtoField[], oneof: string | undefined): void {
    for (;;) {
      const word = this.next();
      if (word === '}') return;
      if (word === 'message') this.message(scope);
      else if (word === 'enum') this.enumeration(scope);
      else if (word === 'oneof') {
        const name = this.next();
        this.expect('{');
        this.fields(scope, fields, name);
      } else fields.push(this.field(word, oneof));
    }
  }

  private field(first: string, oneof: string | undefined): ProtoField {
    const repeated = first === 'repeated';
    const type = repeated ? this.next() : first;
    const name = this.next();
    this.expect('=');
    const number = Number(this.next());
    let asNumber = false;
    if (this.tokens[this.at] === '[') {
      const start = this.at;
      this.skipTo(']');
      asNumber = this.tokens.slice(start, this.at).includes('JS_NUMBER');
    }
    this.expect(';');
    return { name, number, type, repeated, oneof, asNumber };
  }

  private enumeration(scope: string): void {
    const values: { name: string; number: number }[] = [];
    this.out.enums.push({ fullName: `${scope}.${this.next()}`, values });
    this.expect('{');
    for (let name = this.next(); name !== '}'; name = this.next()) {
      this.expect('=');
      values.push({ name, number: Number(this.next()) });
      this.expect(';');
    }
  }

  private service(): void {
    const rpcs: ProtoRpc[] = [];
    this.out.services.push({ fullName: `${this.pkg}.${this.next()}`, rpcs });
    this.expect('{');
    for (let word = this.next(); word !== '}'; word = this.next()) {
      if (word !== 'rpc') throw this.error(word);
      rpcs.push(this.rpc());
    }
  }

  private rpc(): ProtoRpc {
    const name = this.next();
    const [requestStream, request] = this.rpcType();
    this.expect('returns');
    const [responseStream, response] = this.rpcType();
    const httpPaths: string[] = [];
    this.expect('{');
    for (let depth = 1; depth > 0; ) {
      const word = this.next();
      if (word === '{') depth++;
      else if (word === '}') depth--;
      else if (word === 'post') {
        this.expect(':');
        httpPaths.push(this.next().slice(1, -1));
      }
    }
    return { name, request, response, requestStream, responseStream, httpPaths };
  }

  private rpcType(): [boolean, string] {
    this.expect('(');
    const first = this.next();
    const type = first === 'stream' ? this.next() : first;
    this.expect(')');
    return [first === 'stream', `${this.pkg}.${type}`];
  }

  private next(): string {
    const token = this.tokens[this.at++];
    if (token === undefined) throw this.error('end of file');
    return token;
  }

  private expect(token: string): void {
    const got = this.next();
    if (got !== token) throw this.error(`${got} (expected ${token})`);
  }

  private skipTo(token: string): void {
    while (this.next() !== token);
  }

  private error(token: string): Error {
    return new Error(`${this.file}: unexpected ${token} near token ${this.at}`);
  }
}

/** Replaces each field's type by the full name it means: innermost scope first, as protobuf resolves names. */
function resolveTypes(files: ProtoFiles): void {
  const known = new Set([...files.messages, ...files.enums].map((type) => type.fullName));
  for (const message of files.messages) {
    for (const field of message.fields) {
      if (scalars.has(field.type)) continue;
      const scopes = message.fullName.split('.');
      let resolved: string | undefined;
      for (let length = scopes.length; length >= 0 && resolved === undefined; length--) {
        const candidate = [...scopes.slice(0, length), field.type].join('.');
        if (known.has(candidate)) resolved = candidate;
      }
      if (resolved === undefined) throw new Error(`${message.fullName}.${field.name}: unknown type ${field.type}`);
      field.type = resolved;
    }
  }
}
