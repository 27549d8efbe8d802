import { describe, expect, it } from 'vitest';
import { isUsable, type Status, statuses, statusRemedy, worseStatus } from '../../core/index.js';

const all = Object.keys(statuses) as Status[];

describe('statuses', () => {
  it('each come with a sentence that says what to do', () => {
    for (const status of all) expect(statusRemedy[status]).toMatch(/^[A-Z].+\.$/);
  });

  it('are usable where something was reached that may be learned from', () => {
    expect(all.filter(isUsable)).toEqual([
      'settled',
      'completed',
      'fixed-iterations',
      'nudge-clipped',
      'stopped-early',
    ]);
  });

  it('are ordered: of two the worse one counts, and every usable one is better than any other', () => {
    expect(worseStatus('settled', 'stopped-early')).toBe('stopped-early');
    expect(worseStatus('aborted', 'settled')).toBe('aborted');
    for (const a of all) {
      for (const b of all) {
        expect(worseStatus(a, b)).toBe(worseStatus(b, a));
        expect(isUsable(worseStatus(a, b))).toBe(isUsable(a) && isUsable(b));
      }
    }
  });
});
