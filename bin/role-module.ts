// What bin/ expects of `<role>/main.ts`, which it imports on demand: the option table, and a way to start.

import type { OptionTable, OptionValues } from '../common/config/option.ts';
import type { RoleEnvironment, RunningRole } from '../common/runtime/role.ts';

export interface RoleModule<T extends OptionTable = OptionTable> {
  readonly options: T;
  /**
   * Resolves once the role's listeners accept. Rejects with UsageError (settings that do not go together, exit code 2)
   * or StartError (a taken port, a locked directory: exit code 1).
   */
  start(values: OptionValues<T>, environment: RoleEnvironment): Promise<RunningRole>;
}
