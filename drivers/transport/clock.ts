/** Time as a line sees it, s. A line into an emulated board counts the board's own time, so that nothing waits in vain. */
export interface Clock {
  now_seconds(): number;
  /** Calls back after so long; returns what cancels it. */
  after(seconds: number, callback: () => void): () => void;
}

export const wallClock: Clock = {
  now_seconds: () => performance.now() / 1000,
  after(seconds, callback) {
    const timer = setTimeout(callback, seconds * 1000);
    return () => clearTimeout(timer);
  },
};
