/** A voltage as it was sampled. */
export interface SampledDrive {
  /** Rising, s. */
  readonly times_s: Float64Array;
  readonly drive_V: Float64Array;
}

/** Neighbouring curvatures that differ by more are no smooth curve. */
const ALIKE = 2;

/**
 * A sampled voltage between its samples. Where neighbouring samples bend alike it is the cubic through the four nearest; where
 * they do not (the corners of a triangle, the edges of pulses, noise that turns at every sample) it is the straight line: curvatures are
 * held to twice the smaller of the two of an interval, and to 0 where their signs differ.
 */
export class DriveBetween {
  /** `[samples − 1]`, V: step²·V″ at either end of an interval, over 6. */
  private readonly left: Float64Array;
  private readonly right: Float64Array;

  constructor(private readonly drive: SampledDrive) {
    const bends = bendsOf(drive);
    const { times_s } = drive;
    const n = times_s.length;
    this.left = new Float64Array(Math.max(0, n - 1));
    this.right = new Float64Array(Math.max(0, n - 1));
    for (let i = 0; i + 1 < n; i++) {
      const share = (times_s[i + 1] - times_s[i]) ** 2 / 6;
      const inside = i > 0 && i + 2 < n;
      // the first and the last interval know one side only, and go on as the one beside them bends
      const [a, b] = inside
        ? [held(bends[i], bends[i + 1]), held(bends[i + 1], bends[i])]
        : twice(i === 0 ? held(bends[1], bends[2]) : held(bends[i], bends[i - 1]));
      this.left[i] = share * a;
      this.right[i] = share * b;
    }
  }

  /** V at a share 0 … 1 of the way from sample `i` to the next. */
  at(i: number, along: number): number {
    const { drive_V } = this.drive;
    const straight = drive_V[i] + along * (drive_V[i + 1] - drive_V[i]);
    return straight - along * (1 - along) * ((2 - along) * this.left[i] + (1 + along) * this.right[i]);
  }
}

const twice = (value: number): [number, number] => [value, value];

/** A curvature as far as the one beside it bears it out. */
function held(own = 0, beside = 0): number {
  return own * beside > 0 ? Math.sign(own) * Math.min(Math.abs(own), ALIKE * Math.abs(beside)) : 0;
}

/** V″ at every sample but the first and last, V/s². */
function bendsOf({ times_s, drive_V }: SampledDrive): Float64Array {
  const bends = new Float64Array(times_s.length);
  for (let i = 1; i + 1 < times_s.length; i++) {
    const [before, after] = [times_s[i] - times_s[i - 1], times_s[i + 1] - times_s[i]];
    const turn = (drive_V[i + 1] - drive_V[i]) / after - (drive_V[i] - drive_V[i - 1]) / before;
    bends[i] = (2 * turn) / (before + after);
  }
  return bends;
}

/** How well samples tell what a voltage did between them. */
export interface DriveKnown {
  /** Of a smooth voltage: how far it may be from what is taken for it, V. */
  readonly within_V: number;
  /** Steps from one sample to the next by more than a quarter of the span, and the samples of the shortest stretch between two. */
  readonly jumps: number;
  readonly shortest: number;
}

/** Of the span from lowest to highest: a step of one sample that is no slope. */
const JUMP = 0.25;
/** Error of a cubic over that of one over twice the spacing. */
const FINER = 1 / 16;

/** What samples leave open: each is foretold by those two and six to either side, which are twice as far apart as they need be. */
export function driveKnown(drive: SampledDrive): DriveKnown {
  const { times_s, drive_V } = drive;
  const n = times_s.length;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const v of drive_V) [low, high] = [Math.min(low, v), Math.max(high, v)];
  const jumpsAt: number[] = [];
  for (let i = 1; i < n; i++)
    if (Math.abs(drive_V[i] - drive_V[i - 1]) > JUMP * (high - low)) jumpsAt.push(i);
  let shortest = n;
  for (let k = 1; k < jumpsAt.length; k++) shortest = Math.min(shortest, jumpsAt[k] - jumpsAt[k - 1]);
  let square = 0;
  let counted = 0;
  for (const parity of [0, 1]) {
    const rows = Array.from({ length: Math.floor((n - parity + 1) / 2) }, (_, k) => 2 * k + parity);
    const thin = {
      times_s: Float64Array.from(rows, (row) => times_s[row]),
      drive_V: Float64Array.from(rows, (row) => drive_V[row]),
    };
    if (rows.length < 4) continue;
    const between = new DriveBetween(thin);
    for (let k = 1; k + 2 < rows.length; k++) {
      const row = rows[k] + 1;
      if (Math.abs(thin.drive_V[k + 1] - thin.drive_V[k]) > JUMP * (high - low)) continue;
      const along = (times_s[row] - times_s[row - 1]) / (times_s[row + 1] - times_s[row - 1]);
      square += (between.at(k, along) - drive_V[row]) ** 2;
      counted++;
    }
  }
  return {
    within_V: counted === 0 ? high - low : FINER * Math.sqrt((2 * square) / counted),
    jumps: jumpsAt.length,
    shortest,
  };
}
