import type { Clock, Transport } from '../../drivers/transport/index.js';
import { TransportListeners } from '../../drivers/transport/index.js';

/**
 * A line whose time jumps from deadline to deadline, and at whose other end whatever a test says answers: bytes, each after so
 * many seconds.
 */
export class ScriptedLine implements Transport {
  readonly name = '/dev/ttyScripted';
  readonly sent: { at_seconds: number; bytes: Uint8Array }[] = [];
  private readonly listeners = new TransportListeners();
  readonly onData = this.listeners.onData;
  readonly onClose = this.listeners.onClose;
  private readonly due = new Map<object, { at: number; callback: () => void }>();
  private now = 0;
  private turning = false;
  readonly clock: Clock = {
    passesUnasked: false,
    now_seconds: () => this.now,
    after: (seconds, callback) => {
      const key = {};
      this.due.set(key, { at: this.now + seconds, callback });
      this.turn();
      return () => this.due.delete(key);
    },
  };

  constructor(
    private readonly answer: (bytes: Uint8Array, line: ScriptedLine) => void,
    readonly latency_seconds = 0.04,
  ) {}

  /** Lets bytes come after so long. */
  comes(seconds: number, bytes: Uint8Array | string): void {
    const data = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
    this.clock.after(seconds, () => this.listeners.emit(data));
  }

  async open(): Promise<void> {}

  async write(bytes: Uint8Array): Promise<void> {
    this.sent.push({ at_seconds: this.now, bytes });
    this.answer(bytes, this);
  }

  async close(): Promise<void> {
    this.listeners.end();
  }

  /** The line is gone. */
  lose(error: Error): void {
    this.listeners.end(error);
  }

  private turn(): void {
    if (this.turning) return;
    this.turning = true;
    setImmediate(() => {
      this.turning = false;
      const [first] = [...this.due].sort(([, a], [, b]) => a.at - b.at);
      if (first === undefined) return;
      this.due.delete(first[0]);
      this.now = Math.max(this.now, first[1].at);
      first[1].callback();
      if (this.due.size > 0) this.turn();
    });
  }
}
