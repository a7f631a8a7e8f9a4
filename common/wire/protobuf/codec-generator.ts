// Turns parsed .proto descriptions into TypeScript: an interface and a MessageType object per message (straight-line
// size/write/read code, no reflection on the hot path), constants per enum, and the method table and Service
// interface of the RPCs. Pure: text in, text out.

import type { ProtoEnum, ProtoField, ProtoFiles, ProtoMessage, ProtoRpc } from './proto-parser.ts';

/** `WatchCreateRequest.FilterType` in package etcdserverpb -> `WatchCreateRequestFilterType`. */
export function typeName(fullName: string): string {
  return fullName.split('.').slice(1).join('');
}

/** Property name: acronyms become words (`ID` -> `id`, `peerURLs` -> `peerUrls`, `range_end` -> `rangeEnd`). */
export function propertyName(name: string): string {
  const words = name.replace(/URLs/g, 'Urls').replace(/TTL/g, 'Ttl').replace(/ID/g, 'Id');
  const camel = words.replace(/_([A-Za-z])/g, (_, letter: string) => letter.toUpperCase());
  return camel[0]!.toLowerCase() + camel.slice(1);
}

/** protobuf's JSON name: underscores dropped, the letter behind one upper case. */
export function jsonName(name: string): string {
  return name.replace(/_([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

export interface GenerateOptions {
  /** Import path prefix from the generated file to common/, for instance `../../`. */
  readonly common: string;
  readonly banner: string;
}

export function generateMessages(files: ProtoFiles, options: GenerateOptions): string {
  const generator = new Generator(files);
  const parts = [
    `// ${options.banner}`,
    '',
    `import type { MessageType } from '${options.common}wire/protobuf/message-type.ts';`,
    `import * as w from '${options.common}wire/protobuf/wire.ts';`,
    '',
    ...files.enums.map((type) => generator.enumeration(type)),
    ...files.messages.map((type) => generator.message(type)),
  ];
  return `${parts.join('\n')}\n`;
}

export function generateService(files: ProtoFiles, options: GenerateOptions & { messages: string }): string {
  const rpcs = files.services.flatMap((service) => service.rpcs.map((rpc) => ({ service: service.fullName, rpc })));
  const types = [...new Set(rpcs.flatMap(({ rpc }) => [typeName(rpc.request), typeName(rpc.response)]))].sort();
  const methodName = (rpc: ProtoRpc): string => propertyName(rpc.name.replace('KV', 'Kv'));
  const lines = [
    `// ${options.banner}`,
    '',
    `import type { Call, Inbound, MaybePromise, Outbound } from '${options.common}api/call.ts';`,
    `import type { Method } from '${options.common}api/method.ts';`,
    `import * as m from '${options.messages}';`,
    '',
    '/** Every call of the API, typed. Implemented by the core node, by the client and by the proxy. */',
    'export interface Service {',
  ];
  for (const { rpc } of rpcs) {
    const [request, response] = [`m.${typeName(rpc.request)}`, `m.${typeName(rpc.response)}`];
    lines.push(
      rpc.requestStream || rpc.responseStream
        ? `  ${methodName(rpc)}(call: Call, out: Outbound<${response}>): Inbound<${request}>;`
        : `  ${methodName(rpc)}(request: ${request}, call: Call): MaybePromise<${response}>;`,
    );
  }
  lines.push('}', '', 'export const methods = {');
  for (const { service, rpc } of rpcs) {
    lines.push(
      `  ${methodName(rpc)}: {`,
      `    name: '${methodName(rpc)}',`,
      `    path: '/${service}/${rpc.name}',`,
      `    request: m.${typeName(rpc.request)},`,
      `    response: m.${typeName(rpc.response)},`,
      `    requestStream: ${rpc.requestStream},`,
      `    responseStream: ${rpc.responseStream},`,
      `    httpPaths: [${rpc.httpPaths.map((path) => `'${path}'`).join(', ')}],`,
      '  },',
    );
  }
  const shape = types.length > 0 ? 'as const satisfies Record<keyof Service, Method>' : '';
  lines.push(`} ${shape};`, '', 'export type MethodName = keyof Service;');
  return `${lines.join('\n')}\n`;
}

const defaults: Record<string, string> = {
  bytes: 'w.emptyBytes',
  string: "''",
  bool: 'false',
  int32: '0',
  uint32: '0',
};

class Generator {
  private readonly enums: Map<string, ProtoEnum>;

  constructor(files: ProtoFiles) {
    this.enums = new Map(files.enums.map((type) => [type.fullName, type]));
  }

  enumeration(type: ProtoEnum): string {
    const name = typeName(type.fullName);
    const values = type.values.map((value) => `${value.name}: ${value.number}`).join(', ');
    return `/** Unknown numbers may arrive on the wire. */\nexport const ${name} = { ${values} } as const;\nexport type ${name} = number;\n`;
  }

  message(type: ProtoMessage): string {
    const name = typeName(type.fullName);
    const properties = type.fields.map((field) => `  ${propertyName(field.name)}: ${this.tsType(field)};`);
    const oneLine = type.fields.length === 0;
    const lines = [
      oneLine
        ? `export type ${name} = Record<never, never>;`
        : `export interface ${name} {\n${properties.join('\n')}\n}`,
      '',
      `export const ${name}: MessageType<${name}> = {`,
      `  name: '${type.fullName}',`,
      `  fields: [${type.fields.map((field) => `\n    ${this.fieldData(field)},`).join('')}${oneLine ? '' : '\n  '}],`,
      ...this.create(name, type),
      ...this.size(name, type),
      ...this.write(name, type),
      ...this.read(name, type),
      '};',
      '',
    ];
    return lines.join('\n');
  }

  private kind(field: ProtoField): string {
    if (field.type in defaults || field.type === 'int64' || field.type === 'uint64') return field.type;
    return this.enums.has(field.type) ? 'enum' : 'message';
  }

  private tsType(field: ProtoField): string {
    const base = this.scalarType(field);
    if (field.repeated) return `${base}[]`;
    return this.kind(field) === 'message' ? `${base} | undefined` : base;
  }

  private scalarType(field: ProtoField): string {
    switch (this.kind(field)) {
      case 'bytes':
        return 'Buffer';
      case 'string':
        return 'string';
      case 'bool':
        return 'boolean';
      case 'int64':
      case 'uint64':
        return field.asNumber ? 'number' : 'bigint';
      case 'int32':
      case 'uint32':
        return 'number';
      default:
        return typeName(field.type);
    }
  }

  private defaultValue(field: ProtoField): string {
    if (field.repeated) return '[]';
    const kind = this.kind(field);
    if (kind === 'message') return 'undefined';
    if (kind === 'enum') return '0';
    if (kind === 'int64' || kind === 'uint64') return field.asNumber ? '0' : '0n';
    return defaults[kind]!;
  }

  private fieldData(field: ProtoField): string {
    const kind = this.kind(field);
    const names = this.enums
      .get(field.type)
      ?.values.map((value) => `${value.number}: '${value.name}'`)
      .join(', ');
    return [
      `{ name: '${field.name}', jsonName: '${jsonName(field.name)}', key: '${propertyName(field.name)}', kind: '${kind}'`,
      `repeated: ${field.repeated}, asNumber: ${field.asNumber}`,
      `oneof: ${field.oneof === undefined ? 'undefined' : `'${field.oneof}'`}`,
      `enumNames: ${names === undefined ? 'undefined' : `{ ${names} }`}`,
      `messageType: ${kind === 'message' ? `() => ${typeName(field.type)} as MessageType<unknown>` : 'undefined'} }`,
    ].join(', ');
  }

  private create(name: string, type: ProtoMessage): string[] {
    if (type.fields.length === 0) return [`  create(): ${name} {`, '    return {};', '  },'];
    return [
      `  create(init?: Partial<${name}>): ${name} {`,
      '    return {',
      ...type.fields.map((field) => {
        const key = propertyName(field.name);
        const fallback = this.defaultValue(field);
        return fallback === 'undefined' ? `      ${key}: init?.${key},` : `      ${key}: init?.${key} ?? ${fallback},`;
      }),
      '    };',
      '  },',
    ];
  }

  private size(name: string, type: ProtoMessage): string[] {
    if (type.fields.length === 0) return ['  size(): number {', '    return 0;', '  },'];
    const lines = [`  size(m: ${name}): number {`, '    let n = 0;'];
    for (const field of type.fields) {
      const key = propertyName(field.name);
      const tagSize = field.number < 16 ? 1 : 2;
      if (field.repeated) {
        lines.push(`    for (const v of m.${key}) n += ${tagSize} + ${this.valueSize(field, 'v')};`);
      } else {
        lines.push(
          `    if (${this.present(field, `m.${key}`)}) n += ${tagSize} + ${this.valueSize(field, `m.${key}`)};`,
        );
      }
    }
    return [...lines, '    return n;', '  },'];
  }

  private present(field: ProtoField, value: string): string {
    switch (this.kind(field)) {
      case 'message':
        return `${value} !== undefined`;
      case 'bytes':
        return `${value}.length > 0`;
      case 'string':
        return `${value} !== ''`;
      case 'bool':
        return value;
      case 'int64':
      case 'uint64':
        return field.asNumber ? `${value} !== 0` : `${value} !== 0n`;
      default:
        return `${value} !== 0`;
    }
  }

  private valueSize(field: ProtoField, value: string): string {
    switch (this.kind(field)) {
      case 'message':
        return `w.delimitedSize(${typeName(field.type)}.size(${value}))`;
      case 'bytes':
        return `w.delimitedSize(${value}.length)`;
      case 'string':
        return `w.delimitedSize(Buffer.byteLength(${value}))`;
      case 'bool':
        return '1';
      case 'int64':
      case 'uint64':
        return field.asNumber ? `w.varintSize(${value})` : `w.varintSize64(${value})`;
      default:
        return `w.varintSize(${value})`;
    }
  }

  private write(name: string, type: ProtoMessage): string[] {
    if (type.fields.length === 0)
      return [`  write(_: ${name}, _target: Buffer, p: number): number {`, '    return p;', '  },'];
    const lines = [`  write(m: ${name}, b: Buffer, offset: number): number {`, '    let p = offset;'];
    for (const field of type.fields) {
      const key = propertyName(field.name);
      if (field.repeated) {
        lines.push(
          `    for (const v of m.${key}) {`,
          ...this.writeValue(field, 'v').map((line) => `      ${line}`),
          '    }',
        );
      } else {
        lines.push(`    if (${this.present(field, `m.${key}`)}) {`);
        lines.push(...this.writeValue(field, `m.${key}`).map((line) => `      ${line}`), '    }');
      }
    }
    return [...lines, '    return p;', '  },'];
  }

  private writeValue(field: ProtoField, value: string): string[] {
    const kind = this.kind(field);
    const delimited = kind === 'message' || kind === 'bytes' || kind === 'string';
    const tag = field.number * 8 + (delimited ? 2 : 0);
    const tagLines = tag < 128 ? [`b[p++] = ${tag};`] : [`b[p++] = ${(tag & 0x7f) | 0x80};`, `b[p++] = ${tag >> 7};`];
    switch (kind) {
      case 'message': {
        const codec = typeName(field.type);
        return [
          ...tagLines,
          `p = w.writeVarint(b, p, ${codec}.size(${value}));`,
          `p = ${codec}.write(${value}, b, p);`,
        ];
      }
      case 'bytes':
        return [...tagLines, `p = w.writeBytes(b, p, ${value});`];
      case 'string':
        return [...tagLines, `p = w.writeString(b, p, ${value});`];
      case 'bool':
        return [...tagLines, `b[p++] = ${field.repeated ? `${value} ? 1 : 0` : '1'};`];
      case 'int64':
      case 'uint64':
        return [...tagLines, `p = ${field.asNumber ? 'w.writeVarint' : 'w.writeVarint64'}(b, p, ${value});`];
      default:
        return [...tagLines, `p = w.writeVarint(b, p, ${value});`];
    }
  }

  private read(name: string, type: ProtoMessage): string[] {
    const local = (field: ProtoField): string => `f${field.number}`;
    const lines = [
      `  read(b: Buffer, start: number, end: number): ${name} {`,
      `    w.enter('${type.fullName}', start);`,
      '    let p = start;',
    ];
    for (const field of type.fields) {
      const keyword = field.repeated ? 'const' : 'let';
      lines.push(`    ${keyword} ${local(field)}: ${this.tsType(field)} = ${this.defaultValue(field)};`);
    }
    lines.push(
      '    while (p < end) {',
      `      const tag = w.readLength(b, p, end, '${type.fullName}');`,
      '      p = w.position;',
    );
    if (type.fields.length === 0) lines.push(`      p = w.skip(b, p, end, tag, '${type.fullName}');`);
    else {
      lines.push('      switch (tag) {');
      for (const field of type.fields) lines.push(...this.readCase(type, field, local));
      lines.push('        default:', `          p = w.skip(b, p, end, tag, '${type.fullName}');`, '      }');
    }
    lines.push('    }', '    w.leave();');
    const result = type.fields.map((field) => `${propertyName(field.name)}: ${local(field)}`).join(', ');
    return [...lines, `    return { ${result} };`, '  },'];
  }

  private readCase(type: ProtoMessage, field: ProtoField, local: (field: ProtoField) => string): string[] {
    const kind = this.kind(field);
    const delimited = kind === 'message' || kind === 'bytes' || kind === 'string';
    const where = `'${type.fullName}.${field.name}'`;
    const assign = (value: string): string =>
      field.repeated ? `${local(field)}.push(${value});` : `${local(field)} = ${value};`;
    const lines = [`        case ${field.number * 8 + (delimited ? 2 : 0)}: {`];
    if (kind === 'message') {
      lines.push(`          const size = w.readDelimited(b, p, end, ${where});`, '          p = w.position;');
      lines.push(`          ${assign(`${typeName(field.type)}.read(b, p, p + size)`)}`, '          p += size;');
      for (const other of type.fields) {
        if (field.oneof !== undefined && other.oneof === field.oneof && other !== field)
          lines.push(`          ${local(other)} = undefined;`);
      }
    } else {
      lines.push(`          ${assign(`${this.reader(field)}(b, p, end, ${where})`)}`, '          p = w.position;');
    }
    lines.push('          break;', '        }');
    if (field.repeated && !delimited) {
      lines.push(
        `        case ${field.number * 8 + 2}: {`,
        `          const size = w.readDelimited(b, p, end, ${where});`,
        '          p = w.position;',
      );
      lines.push('          for (const stop = p + size; p < stop; p = w.position) {');
      lines.push(
        `            ${assign(`${this.reader(field)}(b, p, stop, ${where})`)}`,
        '          }',
        '          break;',
        '        }',
      );
    }
    return lines;
  }

  private reader(field: ProtoField): string {
    switch (this.kind(field)) {
      case 'bytes':
        return 'w.readBytes';
      case 'string':
        return 'w.readString';
      case 'bool':
        return 'w.readBool';
      case 'int64':
        return field.asNumber ? 'w.readInt64' : 'w.readInt64Big';
      case 'uint64':
        return field.asNumber ? 'w.readUint64' : 'w.readUint64Big';
      case 'uint32':
        return 'w.readUint32';
      default:
        return 'w.readInt32';
    }
  }
}
