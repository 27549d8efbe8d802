/** Lets everything else that waits in this process, signals and timers, have its turn. */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => {
    // browsers have no setImmediate
    if (typeof setImmediate === 'undefined') setTimeout(resolve, 0);
    else setImmediate(resolve);
  });
}
