import { BYTE_seconds } from './line.js';

/** One sample of a read as measured on the instrument's own firmware, s, and how many a read averages by default. */
const SAMPLE_seconds = 20e-6;
const SAMPLES = 30;
/** What a host and USB take beside line and instrument, a command. */
const HOST_seconds = 0.1e-3;
/** Above this share of the whole array a look reads all of it. */
const WHOLE_SHARE = 0.25;
const CELLS = 1024;

/** What work on an array takes as long as nobody has measured it, s; pulses beside their width. */
export const arcOneTiming = {
  look_s(cells: number): number {
    const read = SAMPLES * SAMPLE_seconds;
    if (cells > WHOLE_SHARE * CELLS) return CELLS * read + HOST_seconds;
    return cells * (read + 10 * BYTE_seconds + HOST_seconds);
  },
  pulse_s: SAMPLES * SAMPLE_seconds + 22 * BYTE_seconds + HOST_seconds,
} as const;
