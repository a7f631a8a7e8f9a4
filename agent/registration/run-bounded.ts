// Many calls, a bounded number of them at once.

/** Runs all, `runningMax` at a time, also after a failure; then rejects with the first failure, if any. */
export async function runBounded(tasks: readonly (() => Promise<void>)[], runningMax: number): Promise<void> {
  const failures: unknown[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let task = tasks[next++]; task !== undefined; task = tasks[next++]) {
      await task().catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(runningMax, tasks.length) }, worker));
  if (failures.length > 0) throw failures[0];
}
