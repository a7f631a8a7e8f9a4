// `npm run generate`: .proto files -> TypeScript. `--check` writes nothing and fails when a generated file differs
// from what its sources say; the tests call `generated()` for the same comparison.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateMessages, generateService } from './codec-generator.ts';
import { parseProto } from './proto-parser.ts';

const banner = 'Generated from the .proto files by `npm run generate`. Do not edit.';

/** Path (relative to the project root) and text of each generated file. */
export function generated(root: string): { path: string; text: string }[] {
  const read = (folder: string): { file: string; text: string }[] =>
    readdirSync(join(root, folder))
      .filter((file) => file.endsWith('.proto'))
      .sort()
      .map((file) => ({ file: `${folder}/${file}`, text: readFileSync(join(root, folder, file), 'utf8') }));
  const api = parseProto(read('common/api/proto'));
  const commands = parseProto(read('server/apply/proto'));
  const options = { common: '../../', banner };
  return [
    { path: 'common/api/generated/messages.ts', text: generateMessages(api, options) },
    { path: 'common/api/generated/service.ts', text: generateService(api, { ...options, messages: './messages.ts' }) },
    {
      path: 'server/apply/generated/commands.ts',
      text: generateMessages(commands, { common: '../../../common/', banner }),
    },
  ];
}

if (process.argv[1] === import.meta.filename) {
  const check = process.argv.includes('--check');
  let stale = 0;
  for (const { path, text } of generated(process.cwd())) {
    if (check && readFileSync(path, 'utf8') !== text) {
      console.error(`${path} is stale: run npm run generate`);
      stale++;
    } else if (!check) writeFileSync(path, text);
  }
  process.exitCode = stale > 0 ? 1 : 0;
}
