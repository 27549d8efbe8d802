import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Interruption, interruptionOf, listenForSignals } from '../../cli/interruption.js';
import { outliveReaders } from '../../cli/output-streams.js';
import { actNow, atAnyEnd } from '../../core/index.js';

/** A process that is sent signals, and the codes that it was left with. */
class Signalled extends EventEmitter {
  readonly left: number[] = [];
  exit(code: number): void {
    this.left.push(code);
  }
}

describe('signals', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGHUP', 129],
    ['SIGTERM', 143],
  ])('%s asks for an orderly end, with exit code %i', (name, exitCode) => {
    const source = new Signalled();
    const { signal } = listenForSignals(source);
    expect(signal.aborted).toBe(false);
    source.emit(name);
    expect(signal.aborted).toBe(true);
    expect(interruptionOf(signal)).toMatchObject({ signal: name, exitCode });
  });

  it('that come together are one: npm passes a Ctrl-C on, a closing terminal hangs up twice', () => {
    const source = new Signalled();
    let now_ms = 0;
    const { signal } = listenForSignals(source, () => now_ms);
    source.emit('SIGHUP');
    source.emit('SIGHUP');
    source.emit('SIGINT');
    now_ms = 10_000;
    source.emit('SIGTERM');
    expect(source.left).toEqual([]);
    expect(interruptionOf(signal).exitCode).toBe(129);
  });

  it('leave at once at a second Ctrl-C', () => {
    const source = new Signalled();
    let now_ms = 0;
    listenForSignals(source, () => now_ms);
    source.emit('SIGTERM');
    now_ms = 600;
    source.emit('SIGINT');
    expect(source.left).toEqual([143]);
  });

  it.each([
    ['SIGQUIT', 131],
    ['SIGXCPU', 152],
  ])('%s leaves at once, with exit code %i', (name, exitCode) => {
    const source = new Signalled();
    const { signal } = listenForSignals(source);
    source.emit(name);
    expect(source.left).toEqual([exitCode]);
    expect(signal.aborted).toBe(false);
  });

  it('a terminal that goes away stops what is driven before anything else is done', () => {
    const source = new Signalled();
    const { signal } = listenForSignals(source);
    const seen: boolean[] = [];
    const release = atAnyEnd(() => seen.push(signal.aborted));
    source.emit('SIGTERM');
    expect(seen).toEqual([]);
    release();
    const other = new Signalled();
    listenForSignals(other);
    const again = atAnyEnd(() => seen.push(true));
    other.emit('SIGHUP');
    again();
    expect(seen).toEqual([true]);
  });

  it('count as Ctrl-C where a program that calls the command line aborts it', () => {
    const controller = new AbortController();
    controller.abort();
    expect(interruptionOf(controller.signal)).toEqual(new Interruption('SIGINT'));
  });
});

describe('what is done at any end', () => {
  it('is done by each, one that fails included, until it is taken back', () => {
    const done: string[] = [];
    const first = atAnyEnd(() => done.push('first'));
    const failing = atAnyEnd(() => {
      throw new Error('no line');
    });
    const last = atAnyEnd(() => done.push('last'));
    actNow();
    first();
    actNow();
    last();
    failing();
    actNow();
    expect(done).toEqual(['first', 'last', 'last']);
  });
});

describe('outputs that nobody takes', () => {
  const failing = (code: string) => Object.assign(new Error(`${code}: write`), { code });

  it('are no failure, as often as they are written to', () => {
    const [stdout, stderr] = [new EventEmitter(), new EventEmitter()];
    const told: string[] = [];
    const results = outliveReaders({ stdout, stderr }, (text) => told.push(text));
    for (const stream of [stdout, stderr, stdout]) stream.emit('error', failing('EPIPE'));
    stderr.emit('error', failing('ENOSPC'));
    expect({ ...results, told }).toEqual({ failed: false, told: [] });
  });

  it('are one where a disk behind stdout is full, said once', () => {
    const [stdout, stderr] = [new EventEmitter(), new EventEmitter()];
    const told: string[] = [];
    const results = outliveReaders({ stdout, stderr }, (text) => told.push(text));
    for (let i = 0; i < 2; i++) stdout.emit('error', failing('ENOSPC'));
    expect(results.failed).toBe(true);
    expect(told).toEqual([expect.stringMatching(/cannot write to standard output: ENOSPC/)]);
  });
});
