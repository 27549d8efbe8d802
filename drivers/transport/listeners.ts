/** The two sets of listeners that every transport keeps; it offers `onData` and `onClose` as its own. */
export class TransportListeners {
  private readonly data = new Set<(bytes: Uint8Array) => void>();
  private readonly closed = new Set<(error?: Error) => void>();
  private ended = false;

  readonly onData = (listener: (bytes: Uint8Array) => void): (() => void) => {
    this.data.add(listener);
    return () => this.data.delete(listener);
  };

  readonly onClose = (listener: (error?: Error) => void): (() => void) => {
    this.closed.add(listener);
    return () => this.closed.delete(listener);
  };

  emit(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    for (const listener of [...this.data]) listener(bytes);
  }

  /** Operating systems and libraries report the end of a line once, twice or not at all; listeners are called once. */
  end(error?: Error): void {
    if (this.ended) return;
    this.ended = true;
    for (const listener of [...this.closed]) listener(error);
  }

  reopen(): void {
    this.ended = false;
  }
}
