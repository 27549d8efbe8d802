import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { requireConsent } from '../../cli/consent.js';

/** Somebody at a terminal, who is shown what is about to be moved. */
function atTerminal(signal?: AbortSignal) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stderr = new PassThrough();
  const io = { stdin, stderr, stdout: { write: () => true }, env: {}, ...(signal ? { signal } : {}) };
  return { stdin, stderr, io };
}

const moved = '3 of 84 potentiometers are moved, at most 1.03 mA each';

describe('consent to a move', () => {
  it.each(['y\n', 'Yes\n'])('is given by %j', async (answer) => {
    const { stdin, stderr, io } = atTerminal();
    stdin.write(answer);
    await requireConsent(io, moved, false);
    expect(String(stderr.read())).toContain(moved);
  });

  it.each(['n\n', '\n', 'perhaps\n'])('is not given by %j', async (answer) => {
    const { stdin, io } = atTerminal();
    stdin.write(answer);
    await expect(requireConsent(io, moved, false)).rejects.toThrow(/nothing was changed/);
  });

  it('is not given by a terminal whose input ends, nor by one that is interrupted', async () => {
    const { stdin, io } = atTerminal();
    stdin.end();
    await expect(requireConsent(io, moved, false)).rejects.toThrow(/nothing was changed/);
    const interruption = new AbortController();
    const asked = requireConsent(atTerminal(interruption.signal).io, moved, false);
    interruption.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  });
});
