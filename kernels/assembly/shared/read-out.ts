// What is read of nodes in two phases, in place of what is there: noise, offset, gain error, rounding to codes, averaged reads.
// devices/contract/phase-reader.ts has the same in float64, and says what each number means.

import { philoxPair } from './philox';
import { shortNormalsOf4 } from './short-normals';

/** One read-out of a network; `kernels/read-out.ts` fills it. All fields are 4 bytes wide. */
@unmanaged
export class ReadOut {
  seed: u32;
  key: u32;
  /** Number of the update whose phases are read, below 2³²; c3 of the counter counts reads. */
  event: u32;
  reads: i32;
  /** 1: the difference and the mean of the phases are read; 0: each phase. */
  differences: i32;
  /** 1: what is read is rounded to codes. */
  rounds: i32;
  /** Layer records, one after the other. */
  table: usize;
}

/** The converters of one layer. Arrays are [unit], 0 beyond the last. */
@unmanaged
export class LayerReadOut {
  /** 1 + gain error, offset, and σ of a read; where nothing is rounded, that of the mean of all reads. */
  gains: usize;
  offsets: usize;
  sigmas: usize;
  /** One code, its inverse, and the ends of the codes: of a phase or the mean of both, and of a difference. */
  codeStep: f32;
  codesAUnit: f32;
  lowestCode: f32;
  highestCode: f32;
  differenceStep: f32;
  differencesAUnit: f32;
  lowestDifference: f32;
  highestDifference: f32;
}

/** Bytes of scratch that `readUnits` needs: 32 words, 64 normal numbers of 4 units at a time, and sums of 32 units. */
const SUMS: usize = 192;
export const READ_SCRATCH: i32 = 448;

// @ts-ignore: decorator
@inline
function codeOf(value: v128, codesAUnit: v128, lowest: v128, highest: v128): v128 {
  return f32x4.pmin(highest, f32x4.pmax(lowest, f32x4.nearest(f32x4.mul(value, codesAUnit))));
}

/**
 * Puts what is read in place of the units [from, to) of one sample of layer l: `difference` of the two phases and their `mean`.
 * `from` is a multiple of 16. Whole vectors are written; beyond the last unit they become 0.
 */
export function readUnits(
  readOut: ReadOut, l: i32, sample: i32, difference: usize, mean: usize, from: i32, to: i32, scratch: usize,
): void {
  const layer = changetype<LayerReadOut>(readOut.table + <usize>l * offsetof<LayerReadOut>());
  for (let unit = from; unit < to; unit += 32) {
    const vectors = min(8, (to - unit + 3) >> 2);
    if (readOut.rounds) roundedReads(readOut, layer, l, sample, difference, mean, unit, vectors, scratch);
    else smoothRead(readOut, layer, l, sample, difference, mean, unit, vectors, scratch);
  }
}

/** Words of units unit … unit + 31: word w of block 4·(unit div 16) + lane is that of unit 4w + lane of its 16. */
// @ts-ignore: decorator
@inline
function drawWords(readOut: ReadOut, l: i32, sample: i32, unit: i32, read: i32, out: usize): void {
  const left = i32x4.add(i32x4.splat(unit >> 2), i32x4(0, 1, 2, 3));
  const place = <u32>sample | (<u32>l << 20);
  philoxPair(out, left, i32x4.add(left, i32x4.splat(4)), place, readOut.event, <u32>read, readOut.seed, readOut.key);
}

/** Without codes so many reads are one of less noise. */
function smoothRead(
  readOut: ReadOut, layer: LayerReadOut, l: i32, sample: i32, difference: usize, mean: usize, unit: i32, vectors: i32, scratch: usize,
): void {
  const drawn = scratch + 128, half = f32x4.splat(0.5);
  drawWords(readOut, l, sample, unit, 0, scratch);
  for (let v = 0; v < vectors; v++) {
    const at = (<usize>unit << 2) + (<usize>v << 4);
    shortNormalsOf4(v128.load(scratch + (<usize>v << 4)), drawn);
    const sigma = v128.load(layer.sigmas + at), gain = v128.load(layer.gains + at);
    const one = f32x4.mul(sigma, v128.load(drawn)), two = f32x4.mul(sigma, v128.load(drawn, 16));
    let d = f32x4.mul(gain, v128.load(difference + at)), m = f32x4.mul(gain, v128.load(mean + at));
    m = f32x4.add(m, v128.load(layer.offsets + at));
    if (readOut.differences) {
      d = f32x4.add(f32x4.add(d, v128.load(layer.offsets + at)), one);
      m = f32x4.add(m, two);
    } else {
      d = f32x4.add(d, f32x4.sub(two, one));
      m = f32x4.add(m, f32x4.mul(half, f32x4.add(one, two)));
    }
    v128.store(difference + at, d);
    v128.store(mean + at, m);
  }
}

function roundedReads(
  readOut: ReadOut, layer: LayerReadOut, l: i32, sample: i32, difference: usize, mean: usize, unit: i32, vectors: i32, scratch: usize,
): void {
  const drawn = scratch + 128, sums = scratch + SUMS, half = f32x4.splat(0.5), zero = f32x4.splat(0);
  const codesAUnit = f32x4.splat(layer.codesAUnit), lowest = f32x4.splat(layer.lowestCode), highest = f32x4.splat(layer.highestCode);
  const differencesAUnit = f32x4.splat(layer.differencesAUnit);
  const lowestDifference = f32x4.splat(layer.lowestDifference), highestDifference = f32x4.splat(layer.highestDifference);
  for (let read = 0; read < readOut.reads; read++) {
    drawWords(readOut, l, sample, unit, read, scratch);
    for (let v = 0; v < vectors; v++) {
      const at = (<usize>unit << 2) + (<usize>v << 4), sum = sums + (<usize>v << 5);
      shortNormalsOf4(v128.load(scratch + (<usize>v << 4)), drawn);
      const sigma = v128.load(layer.sigmas + at), gain = v128.load(layer.gains + at), offset = v128.load(layer.offsets + at);
      const d = v128.load(difference + at), m = v128.load(mean + at);
      let first: v128, second: v128;
      if (readOut.differences) {
        first = d;
        second = m;
      } else {
        const away = f32x4.mul(half, d);
        first = f32x4.sub(m, away);
        second = f32x4.add(m, away);
      }
      first = f32x4.add(f32x4.add(f32x4.mul(gain, first), offset), f32x4.mul(sigma, v128.load(drawn)));
      second = f32x4.add(f32x4.add(f32x4.mul(gain, second), offset), f32x4.mul(sigma, v128.load(drawn, 16)));
      second = codeOf(second, codesAUnit, lowest, highest);
      if (readOut.differences) {
        first = codeOf(first, differencesAUnit, lowestDifference, highestDifference);
      } else {
        first = codeOf(first, codesAUnit, lowest, highest);
        const low = first;
        first = f32x4.sub(second, low);
        second = f32x4.add(second, low);
      }
      v128.store(sum, f32x4.add(read == 0 ? zero : v128.load(sum), first));
      v128.store(sum, f32x4.add(read == 0 ? zero : v128.load(sum, 16), second), 16);
    }
  }
  const share: f32 = <f32>1 / <f32>readOut.reads;
  const ofDifference = f32x4.splat(share * (readOut.differences ? layer.differenceStep : layer.codeStep));
  const ofMean = f32x4.splat(share * layer.codeStep * (readOut.differences ? <f32>1 : <f32>0.5));
  for (let v = 0; v < vectors; v++) {
    const at = (<usize>unit << 2) + (<usize>v << 4), sum = sums + (<usize>v << 5);
    v128.store(difference + at, f32x4.mul(ofDifference, v128.load(sum)));
    v128.store(mean + at, f32x4.mul(ofMean, v128.load(sum, 16)));
  }
}
