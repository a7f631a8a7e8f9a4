// The option table of a core node: every flag of etcd 3.3 to 3.6, by concern. What the values amount to, and which of
// them go together, is options/server-config.ts.

import { defineOptions, type OptionValues } from '../common/config/option.ts';
import { clusteringOptions } from './options/clustering.ts';
import { compatibleOptions } from './options/compatible.ts';
import { memberOptions } from './options/member.ts';
import { securityOptions } from './options/security.ts';

export const options = defineOptions({
  ...memberOptions,
  ...clusteringOptions,
  ...securityOptions,
  ...compatibleOptions,
});

export type ServerValues = OptionValues<typeof options>;
