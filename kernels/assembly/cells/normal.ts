// Standard normal numbers (Box & Muller, 1958) in float32, sixteen at a time, in the order of RandomStream.normal.
// Never fused: the same bits on every machine. Polynomials: Cephes logf, sinf, cosf (Moshier).

import { inStreamOrder, philox16, philoxBlocks } from './philox';

// @ts-ignore: decorator
@inline
function polynomial(x: v128, value: v128, next: f32): v128 {
  return f32x4.add(f32x4.mul(value, x), f32x4.splat(next));
}

/** √(−2 ln u) with u = (word + 1) / 2³²; the last bit of the word is dropped. */
// @ts-ignore: decorator
@inline
function radius(word: v128): v128 {
  const u = f32x4.add(
    f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(word, 1)), f32x4.splat(<f32>4.656612873077393e-10)),
    f32x4.splat(<f32>2.3283064365386963e-10),
  );
  // u = mantissa · 2^exponent with the mantissa in [√½, √2)
  const shifted = i32x4.sub(u, i32x4.splat(0x3f3504f3));
  const exponent = i32x4.shr_s(shifted, 23);
  const mantissa = i32x4.add(v128.and(shifted, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const x = f32x4.sub(mantissa, f32x4.splat(1));
  const xx = f32x4.mul(x, x);
  let p = f32x4.splat(<f32>7.0376836292e-2);
  p = polynomial(x, p, <f32>-1.151461031e-1);
  p = polynomial(x, p, <f32>1.1676998740e-1);
  p = polynomial(x, p, <f32>-1.2420140846e-1);
  p = polynomial(x, p, <f32>1.4249322787e-1);
  p = polynomial(x, p, <f32>-1.6668057665e-1);
  p = polynomial(x, p, <f32>2.0000714765e-1);
  p = polynomial(x, p, <f32>-2.4999993993e-1);
  p = polynomial(x, p, <f32>3.3333331174e-1);
  const tail = f32x4.sub(f32x4.mul(f32x4.mul(p, x), xx), f32x4.mul(xx, f32x4.splat(0.5)));
  const e = f32x4.convert_i32x4_s(exponent);
  const logarithm = f32x4.add(
    f32x4.add(x, f32x4.add(tail, f32x4.mul(e, f32x4.splat(<f32>-2.12194440e-4)))),
    f32x4.mul(e, f32x4.splat(<f32>0.693359375)),
  );
  return f32x4.sqrt(f32x4.pmax(f32x4.splat(0), f32x4.mul(logarithm, f32x4.splat(-2))));
}

/** Sixteen normal numbers, of the sixteen words that lie word-major at `words`, in their place and in stream order. */
export function normalsOf16(words: usize): void {
  for (let half: usize = 0; half < 2; half++) {
    const at = words + 32 * half;
    const r = radius(v128.load(at));
    // angle = (quarter + f) · π/2 with f in [−½, ½)
    const word = v128.load(at, 16);
    const quarter = i32x4.shr_u(i32x4.add(word, i32x4.splat(1 << 29)), 30);
    const f = f32x4.convert_i32x4_s(i32x4.sub(word, i32x4.shl(quarter, 30)));
    const x = f32x4.mul(f, f32x4.splat(<f32>1.4629180792671596e-9));
    const xx = f32x4.mul(x, x);
    let s = f32x4.splat(<f32>-1.9515295891e-4);
    s = polynomial(xx, s, <f32>8.3321608736e-3);
    s = polynomial(xx, s, <f32>-1.6666654611e-1);
    const sine = f32x4.add(f32x4.mul(f32x4.mul(s, xx), x), x);
    let c = f32x4.splat(<f32>2.443315711809948e-5);
    c = polynomial(xx, c, <f32>-1.388731625493765e-3);
    c = polynomial(xx, c, <f32>4.166664568298827e-2);
    const cosine = f32x4.add(
      f32x4.sub(f32x4.mul(f32x4.mul(c, xx), xx), f32x4.mul(xx, f32x4.splat(0.5))),
      f32x4.splat(1),
    );
    const odd = i32x4.ne(v128.and(quarter, i32x4.splat(1)), i32x4.splat(0));
    const cosineSign = i32x4.shl(v128.and(i32x4.add(quarter, i32x4.splat(1)), i32x4.splat(2)), 30);
    const sineSign = i32x4.shl(v128.and(quarter, i32x4.splat(2)), 30);
    v128.store(at, f32x4.mul(r, v128.xor(v128.bitselect(sine, cosine, odd), cosineSign)));
    v128.store(at, f32x4.mul(r, v128.xor(v128.bitselect(cosine, sine, odd), sineSign)), 16);
  }
  inStreamOrder(words);
}

/** Normal numbers 4·block … 4·block + 15 of a stream at an event → sixteen floats at `out`. */
export function normal16(out: usize, block: u32, c1: u32, c2: u32, c3: u32, key0: u32, key1: u32): void {
  philox16(out, block, c1, c2, c3, key0, key1);
  normalsOf16(out);
}

/** The normal numbers of four blocks, the lanes of `blocks`: numbers 4·block … 4·block + 3 of each, one block after the other. */
export function normalsOfBlocks(
  out: usize,
  blocks: v128,
  c1: u32,
  c2: u32,
  c3: u32,
  key0: u32,
  key1: u32,
): void {
  philoxBlocks(out, blocks, c1, c2, c3, key0, key1);
  normalsOf16(out);
}
