import { Writable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Io } from '../../cli/io.js';
import { WorkBar } from '../../cli/work-bar.js';

/** A terminal that keeps what is drawn on it. */
function terminal(): { io: Io; drawn: () => string } {
  let text = '';
  const stderr = Object.assign(
    new Writable({
      write(chunk, _, done) {
        text += String(chunk);
        done();
      },
    }),
    { isTTY: true, columns: 80, clearLine: () => true, cursorTo: () => true, moveCursor: () => true },
  );
  return { io: { stderr } as unknown as Io, drawn: () => text };
}

describe('a bar for work that takes its time', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('shows once the whole is expected to take more than two seconds, and says how far it is', () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(0);
    const { io, drawn } = terminal();
    const bar = new WorkBar(io);
    now.mockReturnValue(100);
    bar.update(50, 100, 'files');
    expect(drawn()).toBe('');
    now.mockReturnValue(1200);
    bar.update(55, 100, 'files');
    expect(drawn()).toContain('55/100 files');
    bar.stop();
  });

  it('says that it cannot tell yet how long a thing takes of which nothing is done', () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(0);
    const { io, drawn } = terminal();
    const bar = new WorkBar(io);
    now.mockReturnValue(3000);
    bar.update(0, 10, 'profiles');
    bar.update(0, 10, 'profiles');
    bar.stop();
    expect(drawn()).toMatch(/0\/10 profiles, unknown time left/);
  });

  it('stays away from what is done in time, and from a stage that is over', () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(0);
    const { io, drawn } = terminal();
    const bar = new WorkBar(io);
    now.mockReturnValue(400);
    bar.update(0, 10, 'samples');
    now.mockReturnValue(1900);
    bar.update(10, 10, 'samples');
    expect(drawn()).toBe('');
    bar.stop();
    bar.update(1, 10, 'cells');
    expect(drawn()).toContain('1/10 cells');
    bar.stop();
  });
});
