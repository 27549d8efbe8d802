import { afterEach, expect, it, vi } from 'vitest';
import { EventLoopTurns } from '../../learning/yield-to-event-loop.js';

afterEach(() => vi.restoreAllMocks());

it('offers the rest of the process its turn once 20 ms have gone by since the last one, and not before', async () => {
  let now_ms = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => now_ms);
  const turns = new EventLoopTurns();
  const turnAfter = async (elapsed_ms: number) => {
    now_ms += elapsed_ms;
    let had = false;
    const waiting = setImmediate(() => {
      had = true;
    });
    await turns.offer();
    clearImmediate(waiting);
    return had;
  };
  expect(await turnAfter(19)).toBe(false);
  expect(await turnAfter(2)).toBe(true);
  expect(await turnAfter(19)).toBe(false);
  expect(await turnAfter(100)).toBe(true);
});
