import { describe, expect, it } from 'vitest';
import { Deadlines } from '../../drivers/board/deadlines.js';

describe('deadlines of requests', () => {
  it('are what line and work should take, as long as nothing comes late', () => {
    const deadlines = new Deadlines();
    for (let n = 0; n < 5; n++) deadlines.answered();
    expect(deadlines.wait_seconds(0.05)).toBe(0.05);
    expect(deadlines.wait_seconds(2)).toBe(2);
  });

  it('grow when replies come late, and return once they do not', () => {
    const deadlines = new Deadlines();
    deadlines.late();
    deadlines.late();
    expect(deadlines.wait_seconds(0.05)).toBeGreaterThan(0.1);
    for (let n = 0; n < 100; n++) deadlines.answered();
    expect(deadlines.wait_seconds(0.05)).toBe(0.05);
  });

  it('leave an armed board several attempts within its watchdog of 2 s, however many replies were late', () => {
    const deadlines = new Deadlines();
    for (let n = 0; n < 50; n++) deadlines.late();
    expect(deadlines.wait_seconds(0.05)).toBeLessThanOrEqual(0.5);
  });
});
