// What every role takes beside its own table: logging, and a configuration file. bin/ adds these rows to a role's.

import { defineOptions } from './option.ts';

const section = 'Logging';

export const commonOptions = defineOptions({
  'config-file': {
    kind: 'string',
    default: '',
    placeholder: 'FILE',
    section: 'Configuration',
    help: 'YAML file of settings, named as the flags; flags and environment are stronger',
  },
  'log-level': {
    kind: 'enum',
    values: ['debug', 'info', 'warn', 'error', 'panic', 'fatal'],
    default: 'info',
    env: ['ROLLCALL_LOG_LEVEL'],
    section,
    help: 'least grave lines that are logged',
  },
  'log-format': {
    kind: 'enum',
    values: ['text', 'json', 'console'],
    default: 'text',
    env: ['ROLLCALL_LOG_FORMAT'],
    section,
    help: 'one line of text or one JSON object a line ("console" is etcd\'s word for text)',
  },
  'log-outputs': {
    kind: 'list',
    default: 'default',
    aliases: ['log-output'],
    placeholder: 'WHERE,…',
    env: ['ROLLCALL_LOG_OUTPUTS'],
    section,
    help: 'stderr (the default), stdout, or paths of files that are appended to',
  },
  debug: { kind: 'boolean', default: false, section, hidden: true, help: 'the same as --log-level=debug' },
});
