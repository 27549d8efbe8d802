/** What must be done before a process is gone. Synchronous: nothing that takes a turn of the event loop is finished any more. */
type LastAct = () => void;

const acts = new Set<LastAct>();

/** Of a process, where there is one: a browser has none, and no board either. */
interface Endings {
  on(ending: 'exit' | 'uncaughtExceptionMonitor', listener: () => void): unknown;
  off(ending: 'exit' | 'uncaughtExceptionMonitor', listener: () => void): unknown;
}

const endings = (globalThis as { process?: Partial<Endings> }).process;

/**
 * Has something done at every end that a program can see: its last line, `process.exit`, an exception that nobody caught (at
 * once, before anybody else hears of it), and `actNow`. It is no listener to signals: those are the program's own affair, which
 * calls `actNow` for the ones that leave no time.
 * @param act synchronous; what it throws is dropped
 * @returns what takes it back
 */
export function atAnyEnd(act: LastAct): () => void {
  if (acts.size === 0) {
    endings?.on?.('exit', actNow);
    endings?.on?.('uncaughtExceptionMonitor', actNow);
  }
  acts.add(act);
  return () => {
    if (!acts.delete(act) || acts.size > 0) return;
    endings?.off?.('exit', actNow);
    endings?.off?.('uncaughtExceptionMonitor', actNow);
  };
}

/** Does now what is to be done at any end. It may be done again. */
export function actNow(): void {
  for (const act of [...acts]) {
    try {
      act();
    } catch {
      // One that fails keeps no other from being done.
    }
  }
}
