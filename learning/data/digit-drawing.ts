import type { RandomStream } from '../../core/index.js';
import type { Glyph, Stroke } from './digit-glyphs.js';

/**
 * How much hands differ. A half-width is of a uniform draw around nothing; a pair is [low, high] of one. Mostly the
 * digit's place decides how hard it is for a linear classifier, and hardly matters to a network with a hidden layer.
 */
const hand = {
  /** Half-width [rad]. */
  rotation: 0.12,
  /** Half-width of the sideways run per height. */
  slant: 0.2,
  height_px: [9.5, 12],
  width_px: [7, 10.5],
  /** Half-width of the glyph's place, each way [px]. */
  shift_px: 1.8,
  /** Half-width of the amplitude of a smooth warp, in glyph units. */
  warp: 0.04,
  /** Half-width, of each point of a stroke, in glyph units. */
  jitter: 0.025,
  /** Half of a stroke's width. */
  pen_px: [0.5, 0.9],
  /** Width of a stroke's soft edge. */
  edge_px: [0.8, 1.4],
  /** Brightness of the ink, of 1. */
  ink: [0.65, 1],
  /** Half-width of the brightness noise in the ink, of 1. */
  grain: 0.1,
  /** At most so many stray pixels an image, below a brightness. */
  specks: 6,
  speckBrightness: 160,
} as const;

const piecesOfCurve = 5;

/**
 * Draws one glyph as a random hand would.
 * @param side rows and columns of the image [px]
 * @param random everything that is random comes from here
 * @param image bytes, row-major [side × side], overwritten: 0 paper … 255 ink
 */
export function drawDigit(glyph: Glyph, side: number, random: RandomStream, image: Uint8Array): void {
  const spread = (half: number) => random.between(-half, half);
  const pick = (range: readonly [number, number]) => random.between(range[0], range[1]);
  const angle = spread(hand.rotation);
  const slant = spread(hand.slant);
  const height = pick(hand.height_px);
  const width = pick(hand.width_px);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const centreX = (side - 1) / 2 + spread(hand.shift_px);
  const centreY = (side - 1) / 2 + spread(hand.shift_px);
  const warp = Float64Array.from({ length: 4 }, () => spread(hand.warp));
  const phase = Float64Array.from({ length: 4 }, () => spread(Math.PI));
  const place = (x: number, y: number, out: number[]) => {
    const wx = x - 0.5 + warp[0] * Math.sin(4 * y + phase[0]) + warp[1] * Math.sin(5 * x + phase[1]);
    const wy = y - 0.5 + warp[2] * Math.sin(4 * x + phase[2]) + warp[3] * Math.sin(5 * y + phase[3]);
    const px = wx * width - slant * wy * height;
    const py = wy * height;
    out.push(centreX + cos * px - sin * py, centreY + sin * px + cos * py);
  };

  const pen = pick(hand.pen_px);
  const edge = pick(hand.edge_px);
  const ink = pick(hand.ink);
  const reach = pen + edge;
  const nearest = new Float32Array(image.length).fill(reach * reach);
  for (const stroke of glyph) {
    const placed: number[] = [];
    for (const [x, y] of stroke.points) place(x + spread(hand.jitter), y + spread(hand.jitter), placed);
    inkPath(pathOf(stroke, placed), reach, side, nearest);
  }
  for (let p = 0; p < image.length; p++) {
    const distance = Math.sqrt(nearest[p]);
    const cover = Math.min(1, (reach - distance) / edge);
    image[p] =
      cover <= 0 ? 0 : Math.round(255 * Math.min(1, Math.max(0, cover * (ink + spread(hand.grain)))));
  }
  for (let n = random.integer(hand.specks + 1); n > 0; n--) {
    const p = random.integer(image.length);
    image[p] = Math.max(image[p], random.integer(hand.speckBrightness));
  }
}

/** Polyline [x, y, x, y, …] of a stroke; smooth ones by the uniform Catmull–Rom spline. */
function pathOf(stroke: Stroke, placed: number[]): number[] {
  if (!stroke.smooth) return placed;
  const count = placed.length / 2;
  const at = (i: number, axis: number) => placed[2 * Math.min(count - 1, Math.max(0, i)) + axis];
  const path = [placed[0], placed[1]];
  for (let i = 0; i + 1 < count; i++) {
    for (let k = 1; k <= piecesOfCurve; k++) {
      const t = k / piecesOfCurve;
      for (let axis = 0; axis < 2; axis++) {
        const p0 = at(i - 1, axis);
        const p1 = at(i, axis);
        const p2 = at(i + 1, axis);
        const p3 = at(i + 2, axis);
        path.push(
          p1 + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0))),
        );
      }
    }
  }
  return path;
}

/** Lowers `nearest` (squared distance [px²] of each pixel to the ink) along a polyline. */
function inkPath(path: number[], reach: number, side: number, nearest: Float32Array): void {
  for (let i = 0; i + 3 < path.length; i += 2) {
    const ax = path[i];
    const ay = path[i + 1];
    const dx = path[i + 2] - ax;
    const dy = path[i + 3] - ay;
    const lengthSquared = dx * dx + dy * dy || 1;
    const left = Math.max(0, Math.ceil(Math.min(ax, ax + dx) - reach));
    const right = Math.min(side - 1, Math.floor(Math.max(ax, ax + dx) + reach));
    const top = Math.max(0, Math.ceil(Math.min(ay, ay + dy) - reach));
    const bottom = Math.min(side - 1, Math.floor(Math.max(ay, ay + dy) + reach));
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / lengthSquared));
        const ex = x - ax - along * dx;
        const ey = y - ay - along * dy;
        const squared = ex * ex + ey * ey;
        const p = y * side + x;
        if (squared < nearest[p]) nearest[p] = squared;
      }
    }
  }
}
