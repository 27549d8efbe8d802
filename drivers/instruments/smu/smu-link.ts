import type { OhmpropError } from '../../../core/index.js';
import { Exchange } from '../../exchange/index.js';
import { textLines } from '../../framing/index.js';
import type { Transport } from '../../transport/index.js';
import type { SmuQuery } from './dialect.js';
import { identityForm } from './identity.js';

/** What an instrument takes for a line of commands besides the work, s. */
const LINE_seconds = 0.05;
/** How long an answer is waited for beyond what it needs, s. */
const PATIENCE_seconds = 3;
/** How long a line that may be dead is asked who is there, s. */
const HELLO_seconds = 2.5;
const BYTE_seconds = 1e-4;

const counterpart = {
  name: 'instrument',
  nothingCame:
    'nothing came: look at supply and cable, at the port or its number, and (serial) at rate and terminator of the instrument',
  somethingElse: 'something else came than an instrument says',
};

/** Lines to an instrument and what it answers, one question at a time. */
export class SmuLink {
  private readonly exchange: Exchange<string>;

  constructor(readonly transport: Transport) {
    this.exchange = new Exchange<string>(transport, {
      framing: textLines,
      byte_seconds: BYTE_seconds,
      counterpart,
    });
  }

  /** Who is there. It may be asked again: its answer is like no other. */
  identity(patience_seconds = HELLO_seconds): Promise<string> {
    return this.exchange.request(
      {
        name: '*IDN?',
        bytes: Buffer.from('*IDN?\n'),
        work_seconds: 0.3,
        reply_bytes: 80,
        repeatable: true,
        answers: (message) => identityForm.test(message),
      },
      { patience_seconds, longestWait_seconds: 0.6 },
    );
  }

  /**
   * Says lines and asks one question behind them.
   * @param work_seconds what the lines take
   * @throws OhmpropError `line.*` where no answer came; what was said may have been done or not
   */
  async ask<T>(
    query: SmuQuery<T>,
    lines: readonly string[] = [],
    work_seconds = 0,
    patience_seconds?: number,
  ): Promise<T> {
    const all = [...lines, query.text];
    const expected_seconds = work_seconds + LINE_seconds * all.length;
    const answer = await this.exchange.request(
      {
        name: query.text.slice(0, 40),
        bytes: Buffer.from(`${all.join('\n')}\n`, 'latin1'),
        work_seconds: expected_seconds,
        reply_bytes: query.bytes ?? 64,
        repeatable: false,
        answers: (message) => query.form.test(message),
      },
      {
        patience_seconds:
          patience_seconds ?? expected_seconds + PATIENCE_seconds + (query.bytes ?? 64) * BYTE_seconds * 10,
      },
    );
    return query.read(answer);
  }

  /** After a question without an answer: whatever still comes is dropped, then both sides are known to be in step. */
  async resync(): Promise<void> {
    await this.exchange.drain(0.2);
    await this.identity();
    await this.exchange.drain(0.05);
  }

  /** Ends what is waited for. */
  fail(error: OhmpropError): void {
    this.exchange.fail(error);
  }

  detach(): void {
    this.exchange.detach();
  }
}
