// Parameters of a v2 keys request, from the query and the form (etcd v3.4 etcdserver/api/v2http: parseKeyRequest). What
// is not served is refused by name, never ignored: a key that silently outlived its ttl would be worse than an error.

import { V2Error } from './v2-error.ts';

export interface V2Parameters {
  readonly value: string;
  readonly recursive: boolean;
  readonly dir: boolean;
  readonly wait: boolean;
  readonly waitIndex: number;
  readonly prevExist: boolean | undefined;
  readonly noValueOnSuccess: boolean;
}

const notServed = ['ttl', 'refresh', 'prevValue', 'prevIndex'];

/** The form counts before the query, as in Go. Throws V2Error. */
export function readParameters(query: string, form: string): V2Parameters {
  const [inQuery, inForm] = [new URLSearchParams(query), new URLSearchParams(form)];
  const text = (name: string): string | undefined => inForm.get(name) ?? inQuery.get(name) ?? undefined;
  for (const name of notServed) {
    const given = text(name);
    if (given !== undefined && given !== '' && given !== '0') {
      throw new V2Error('invalidField', `"${name}" is not served here: use the v3 API`);
    }
  }
  if (booleanOf('stream', text('stream')) === true) {
    throw new V2Error('invalidField', '"stream" is not served here: wait again from the next index');
  }
  const flag = (name: string): boolean => booleanOf(name, text(name)) ?? false;
  // Listings are always sorted and always agreed on by a quorum, so that these two are only checked.
  flag('sorted');
  flag('quorum');
  return {
    value: text('value') ?? '',
    recursive: flag('recursive'),
    dir: flag('dir'),
    wait: flag('wait'),
    waitIndex: indexOf('waitIndex', text('waitIndex')),
    prevExist: booleanOf('prevExist', text('prevExist')),
    noValueOnSuccess: flag('noValueOnSuccess'),
  };
}

/** What Go's strconv.ParseBool takes. */
function booleanOf(name: string, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false;
  throw new V2Error('invalidField', `invalid value for "${name}"`);
}

function indexOf(name: string, text: string | undefined): number {
  if (text === undefined) return 0;
  const index = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(index)) throw new V2Error('indexNotANumber', `invalid value for "${name}"`);
  return index;
}
