/** Time as a line sees it, s. A line into an emulated board counts the board's own time, so that nothing waits in vain. */
export interface Clock {
  /** It goes on while nobody asks for anything, as the wall clock does and that of a board in this process does not. */
  readonly passesUnasked: boolean;
  now_seconds(): number;
  /** Calls back after so long; returns what cancels it. */
  after(seconds: number, callback: () => void): () => void;
}

/** The clock of a line to the world outside. */
export const wallClock: Clock = {
  passesUnasked: true,
  now_seconds: () => performance.now() / 1000,
  after(seconds, callback) {
    let late: NodeJS.Immediate | undefined;
    // On a busy machine the bytes that were waited for may lie there when the timer fires: they are read first.
    const timer = setTimeout(() => {
      late = setImmediate(callback);
    }, seconds * 1000);
    return () => {
      clearTimeout(timer);
      clearImmediate(late);
    };
  },
};
