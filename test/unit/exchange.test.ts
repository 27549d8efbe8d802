import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoardLink, operations } from '../../drivers/board/index.js';
import { Exchange, type ExchangeRequest } from '../../drivers/exchange/index.js';
import { encodeFrame, type Frame, FrameReader, textLines } from '../../drivers/framing/index.js';
import { ScriptedLine } from './scripted-line.js';

/** A board that answers every ping with its payload after so long; nothing for `undefined`. */
function boardAfter(seconds: (n: number) => number | undefined): ScriptedLine {
  let n = 0;
  const reader = new FrameReader((frame) => {
    const after = seconds(n++);
    if (after !== undefined) line.comes(after, replyTo(frame));
  });
  const line = new ScriptedLine((bytes) => reader.push(bytes));
  return line;
}

const replyTo = (frame: Frame) => encodeFrame({ ...frame, operation: frame.operation | 0x80 });
const ping = (link: BoardLink, ...bytes: number[]) => link.request(operations.ping, Uint8Array.from(bytes));
/** Gaps between what was sent, s. */
const gaps = ({ sent }: ScriptedLine) =>
  sent.slice(1).map(({ at_seconds }, i) => at_seconds - sent[i].at_seconds);

describe('a board behind a slow line', () => {
  it.each([0.2, 0.6, 2, 8])('replies held back for %s s are waited for, with few copies', async (held) => {
    const line = boardAfter(() => held);
    const link = new BoardLink(line, 1);
    expect(await ping(link, 7)).toEqual(Uint8Array.of(7));
    expect(await ping(link, 8)).toEqual(Uint8Array.of(8));
    // Doubling: of 8 s not a hundred and fifty copies at the pace of the first.
    expect(line.sent.length).toBeLessThan(20);
  });

  it('learns how slow it is: then nothing is asked twice', async () => {
    const line = boardAfter(() => 0.3);
    const link = new BoardLink(line, 1);
    for (let n = 0; n < 10; n++) await ping(link, n);
    const { retries } = link.counters;
    for (let n = 0; n < 10; n++) await ping(link, n);
    expect(link.counters.retries).toBe(retries);
    expect(retries).toBeGreaterThan(0);
    expect(link.counters.staleReplies).toBe(retries);
  });

  it('with a watchdog: it hears four attempts at least in its time', async () => {
    const line = boardAfter((n) => (n < 40 ? undefined : 0));
    const link = new BoardLink(line, 1);
    link.watchdog_seconds = 2;
    await ping(link);
    expect(Math.max(...gaps(line))).toBeLessThanOrEqual(0.5 + 1e-9);
    expect(Math.max(...gaps(line))).toBeCloseTo(0.5);
  });

  it('says after five seconds that it waits, and when it is answered', async () => {
    const line = boardAfter((n) => (n === 0 ? 0 : 9));
    const heard: [boolean, number][] = [];
    const link = new BoardLink(line, 1, { onWaiting: (waiting, seconds) => heard.push([waiting, seconds]) });
    await ping(link);
    await ping(link);
    expect(heard.map(([waiting]) => waiting)).toEqual([true, false]);
    expect(heard[0][1]).toBeGreaterThanOrEqual(5);
    expect(heard[1][1]).toBeGreaterThan(heard[0][1]);
  });
});

describe('replies that come late, more than once and in another order', () => {
  // Of every attempt, in order: how long its reply takes, s, or that it never comes.
  const delays = fc.array(
    fc.option(fc.double({ min: 0, max: 3, noNaN: true }), { freq: 4, nil: undefined }),
    {
      minLength: 20,
      maxLength: 60,
    },
  );

  it('are each taken for the request that they answer, one after the other and streaming', async () => {
    await fc.assert(
      fc.asyncProperty(delays, async (after) => {
        const line = boardAfter((n) => (n < after.length ? after[n] : 0));
        const link = new BoardLink(line, 1);
        for (const n of [1, 2, 3]) expect(await ping(link, n)).toEqual(Uint8Array.of(n));
        const payloads = [4, 5, 6, 7].map((n) => Uint8Array.of(n));
        expect(await link.stream(operations.ping, payloads)).toEqual(payloads);
        expect(await ping(link, 8)).toEqual(Uint8Array.of(8));
      }),
      { numRuns: 60 },
    );
  });
});

describe('the end of patience says what was observed', () => {
  const patience_seconds = 20;

  it('two minutes unless somebody says otherwise', async () => {
    const line = boardAfter((n) => (n === 0 ? 0 : undefined));
    const link = new BoardLink(line, 1);
    await ping(link);
    await expect(ping(link)).rejects.toMatchObject({ code: 'line.silent' });
    expect(line.clock.now_seconds()).toBeGreaterThan(120);
    expect(line.clock.now_seconds()).toBeLessThan(130);
  });

  it('line.silent: it had answered, and says nothing', async () => {
    const link = new BoardLink(
      boardAfter((n) => (n === 0 ? 0 : undefined)),
      1,
      { patience_seconds },
    );
    await ping(link);
    await expect(ping(link)).rejects.toMatchObject({
      code: 'line.silent',
      message: expect.stringMatching(
        /no answer to "ping" in \d+ attempts and \d+\.\d s; look at cable and supply.*not known/,
      ),
    });
  });

  it('line.no-answer: nothing was ever answered', async () => {
    const link = new BoardLink(
      boardAfter(() => undefined),
      1,
      { patience_seconds },
    );
    await expect(ping(link)).rejects.toMatchObject({ code: 'line.no-answer' });
  });

  it('line.slow: late replies came', async () => {
    // Replies to the first request dribble in for a minute; those to the second do not come in time.
    const line = boardAfter((n) => (n < 8 ? 3 * n : 100));
    const link = new BoardLink(line, 1, { patience_seconds });
    await ping(link);
    await ping(link);
    await expect(ping(link)).rejects.toMatchObject({
      code: 'line.slow',
      message: expect.stringMatching(
        /late replies came \(\d+\), so the line holds: the board or this computer is slow/,
      ),
    });
  });

  it('line.noisy: only damaged messages came', async () => {
    let n = 0;
    const reader = new FrameReader((frame) => {
      const bytes = replyTo(frame);
      if (n++ > 0) bytes[4] ^= 0x55;
      line.comes(0, bytes);
    });
    const line = new ScriptedLine((bytes) => reader.push(bytes));
    const link = new BoardLink(line, 1, { patience_seconds });
    await ping(link, 1, 2);
    await expect(ping(link, 1, 2)).rejects.toMatchObject({
      code: 'line.noisy',
      message: expect.stringMatching(/only damaged messages came.*another program reads this line too/),
    });
  });

  it('line.lost: the line is gone, for what is under way and what comes after', async () => {
    const line = boardAfter(() => undefined);
    const link = new BoardLink(line, 1);
    const under = ping(link);
    const behind = ping(link);
    setImmediate(() => line.lose(new Error('the cable was pulled')));
    await expect(under).rejects.toMatchObject({ code: 'line.lost' });
    await expect(behind).rejects.toMatchObject({ code: 'line.lost' });
  });

  it('whoever is in a hurry waits no longer, for what is under way neither', async () => {
    const line = boardAfter(() => undefined);
    const link = new BoardLink(line, 1);
    const under = ping(link);
    link.hurry(2);
    await expect(under).rejects.toMatchObject({ code: 'line.no-answer' });
    expect(line.clock.now_seconds()).toBeLessThan(8);
  });
});

describe('an instrument that speaks in lines of text', () => {
  const query = (text: string, work_seconds = 0.1): ExchangeRequest<string> => ({
    name: text,
    bytes: Buffer.from(`${text}\n`),
    work_seconds,
    reply_bytes: 80,
    repeatable: false,
    answers: () => true,
  });
  const exchangeOver = (line: ScriptedLine) =>
    new Exchange(line, {
      framing: textLines,
      byte_seconds: 10 / 9600,
      patience_seconds: 3,
      counterpart: { name: 'instrument', nothingCame: 'nothing came', somethingElse: 'something else came' },
    });

  it('is asked once, and its reply is taken whatever its line ends with and however it is cut', async () => {
    const line = new ScriptedLine((_, there) => {
      there.comes(1, 'KEITHLEY INSTR');
      there.comes(1.2, 'UMENTS INC.,MODEL 2400\r');
      there.comes(1.3, '\n');
    });
    expect(await exchangeOver(line).request(query('*IDN?'))).toBe('KEITHLEY INSTRUMENTS INC.,MODEL 2400');
    expect(line.sent).toHaveLength(1);
  });

  it('a late reply is never taken for the next one: the line is cleared first', async () => {
    const line = new ScriptedLine((bytes, there) => {
      const late = Buffer.from(bytes).toString().startsWith('READ');
      there.comes(late ? 4 : 0.1, late ? '1.25E-06\n' : 'KEITHLEY\n');
    });
    const exchange = exchangeOver(line);
    await exchange.request(query('*IDN?'));
    await expect(exchange.request(query('READ?'))).rejects.toMatchObject({ code: 'line.silent' });
    await expect(exchange.request(query('*IDN?'))).rejects.toMatchObject({ code: 'line.out-of-step' });
    expect(line.sent).toHaveLength(2);
    await exchange.drain(2);
    expect(await exchange.request(query('*IDN?'))).toBe('KEITHLEY');
  });
});
