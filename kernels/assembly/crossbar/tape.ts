// Equations of cells as a tape: one instruction an operation, each carried out for a chunk of cells before the next one. Registers
// are chunks of numbers in the cache; numbers of the equations are registers that are filled once.

/** Bytes of a register: 128 cells. */
export const CHUNK: usize = 1024;

@unmanaged
export class Tape {
  /** Instructions of five words: operation, result, and up to three operands, registers by their addresses. */
  code: usize;
  length: u32;
  /** Registers of voltage and state, of the current and of its slope by the voltage. */
  voltage: usize;
  state: usize;
  current: usize;
  slope: usize;
}

const LOG2E: f64 = 1.4426950408889634;
const LN2_HIGH: f64 = 6.93147180369123816490e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;
const LARGEST: f64 = 709.782712893384;
const LEAST: f64 = -708;

// @ts-ignore: decorator
@inline
function horner(p: v128, r: v128, coefficient: f64): v128 {
  return f64x2.add(f64x2.mul(p, r), f64x2.splat(coefficient));
}

/** e^x to about one unit of the last place; below −708 it is 0, above 709.78 Infinity. */
// @ts-ignore: decorator
@inline
export function exp2(x: v128): v128 {
  const bounded = f64x2.max(f64x2.min(x, f64x2.splat(LARGEST)), f64x2.splat(LEAST));
  const n = f64x2.nearest(f64x2.mul(bounded, f64x2.splat(LOG2E)));
  const r = f64x2.sub(f64x2.sub(bounded, f64x2.mul(n, f64x2.splat(LN2_HIGH))), f64x2.mul(n, f64x2.splat(LN2_LOW)));
  let p = f64x2.splat(1.0 / 6227020800);
  p = horner(p, r, 1.0 / 479001600);
  p = horner(p, r, 1.0 / 39916800);
  p = horner(p, r, 1.0 / 3628800);
  p = horner(p, r, 1.0 / 362880);
  p = horner(p, r, 1.0 / 40320);
  p = horner(p, r, 1.0 / 5040);
  p = horner(p, r, 1.0 / 720);
  p = horner(p, r, 1.0 / 120);
  p = horner(p, r, 1.0 / 24);
  p = horner(p, r, 1.0 / 6);
  p = horner(p, r, 0.5);
  p = horner(p, r, 1);
  p = horner(p, r, 1);
  // 2^n in two factors: at 709.7 the whole one overflows
  const whole = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(n));
  const power = i64x2.shl(i64x2.add(whole, i64x2.splat(1022)), 52);
  const value = f64x2.mul(f64x2.mul(p, power), f64x2.splat(2));
  const tiny = f64x2.lt(x, f64x2.splat(LEAST));
  const huge = f64x2.gt(x, f64x2.splat(LARGEST));
  return v128.bitselect(f64x2.splat(Infinity), v128.andnot(value, tiny), huge);
}

/** ln x of a positive number that is not subnormal: exponent and mantissa between √½ and √2, whose logarithm is 2·artanh((m − 1)/(m + 1)). */
// @ts-ignore: decorator
@inline
export function lnOfPositive(x: v128): v128 {
  const bits = i64x2.sub(x, i64x2.splat(0x3fe6a09e667f3bcd));
  const exponent = i64x2.shr_s(bits, 52);
  const m = i64x2.sub(x, i64x2.shl(exponent, 52));
  const n = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(exponent, exponent, 0, 2, 0, 2));
  const f = f64x2.sub(m, f64x2.splat(1));
  const t = f64x2.div(f, f64x2.add(m, f64x2.splat(1)));
  const square = f64x2.mul(t, t);
  let p = f64x2.splat(2.0 / 23);
  p = horner(p, square, 2.0 / 21);
  p = horner(p, square, 2.0 / 19);
  p = horner(p, square, 2.0 / 17);
  p = horner(p, square, 2.0 / 15);
  p = horner(p, square, 2.0 / 13);
  p = horner(p, square, 2.0 / 11);
  p = horner(p, square, 2.0 / 9);
  p = horner(p, square, 2.0 / 7);
  p = horner(p, square, 2.0 / 5);
  p = horner(p, square, 2.0 / 3);
  const rest = f64x2.mul(f64x2.mul(p, square), t);
  const own = f64x2.add(f64x2.add(t, t), rest);
  return f64x2.add(f64x2.mul(n, f64x2.splat(LN2_HIGH)), f64x2.add(own, f64x2.mul(n, f64x2.splat(LN2_LOW))));
}

/** ln(1 + y) for y from 0 to 1e300, else NaN: what 1 + y loses of y is put back. */
// @ts-ignore: decorator
@inline
function log1pOfPositive(y: v128): v128 {
  const one = f64x2.splat(1);
  const sum = f64x2.add(one, y);
  const lost = f64x2.sub(y, f64x2.sub(sum, one));
  const value = f64x2.add(lnOfPositive(sum), f64x2.div(lost, sum));
  const within = v128.and(f64x2.ge(y, f64x2.splat(0)), f64x2.le(y, f64x2.splat(1e300)));
  return v128.bitselect(value, f64x2.splat(NaN), within);
}

/** Logarithms of a chunk; where one is beyond what goes in pairs, cell by cell. */
function logarithms(plusOne: bool, to: usize, from: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 16) {
    const x = v128.load(from + k);
    const least = f64x2.splat(plusOne ? 0 : 1e-300);
    const within = v128.and(f64x2.ge(x, least), f64x2.le(x, f64x2.splat(1e300)));
    if (i64x2.all_true(within)) {
      v128.store(to + k, plusOne ? log1pOfPositive(x) : lnOfPositive(x));
      continue;
    }
    for (let lane: usize = 0; lane < 16; lane += 8) {
      const a = load<f64>(from + k + lane);
      store<f64>(to + k + lane, plusOne ? Math.log1p(a) : Math.log(a));
    }
  }
}

/** sinh u by its series, for |u| < 1, where the two exponentials would cancel. */
// @ts-ignore: decorator
@inline
function sinhSeries(u: v128): v128 {
  const square = f64x2.mul(u, u);
  let p = f64x2.splat(1.0 / 355687428096000);
  p = horner(p, square, 1.0 / 1307674368000);
  p = horner(p, square, 1.0 / 6227020800);
  p = horner(p, square, 1.0 / 39916800);
  p = horner(p, square, 1.0 / 362880);
  p = horner(p, square, 1.0 / 5040);
  p = horner(p, square, 1.0 / 120);
  p = horner(p, square, 1.0 / 6);
  return f64x2.add(u, f64x2.mul(f64x2.mul(p, square), u));
}

// @ts-ignore: decorator
@inline
function isSmall(u: v128): v128 {
  return f64x2.lt(f64x2.abs(u), f64x2.splat(1));
}

export function sinh2(u: v128): v128 {
  const small = isSmall(u);
  if (i64x2.all_true(small)) return sinhSeries(u);
  const e = exp2(u);
  const wide = f64x2.mul(f64x2.splat(0.5), f64x2.sub(e, f64x2.div(f64x2.splat(1), e)));
  return v128.bitselect(sinhSeries(u), wide, small);
}

/** sinh and cosh of one argument. */
function both(sinh: usize, cosh: usize, from: usize, bytes: usize): void {
  const half = f64x2.splat(0.5);
  for (let k: usize = 0; k < bytes; k += 16) {
    const u = v128.load(from + k);
    const e = f64x2.mul(half, exp2(u));
    const inverse = f64x2.div(f64x2.splat(0.25), e);
    v128.store(sinh + k, v128.bitselect(sinhSeries(u), f64x2.sub(e, inverse), isSmall(u)));
    v128.store(cosh + k, f64x2.add(e, inverse));
  }
}

export function cosh2(u: v128): v128 {
  const e = exp2(f64x2.abs(u));
  return f64x2.mul(f64x2.splat(0.5), f64x2.add(e, f64x2.div(f64x2.splat(1), e)));
}

// @ts-ignore: decorator
@inline
function truth(mask: v128): v128 {
  return v128.and(mask, f64x2.splat(1));
}

// @ts-ignore: decorator
@inline
function holds(a: v128): v128 {
  return f64x2.ne(a, f64x2.splat(0));
}

/** The operations with code for two cells at once; numbers as in kernels/tape.ts. */
// @ts-ignore: decorator
@inline
function inPairs(op: u32, a: v128, b: v128, c: v128): v128 {
  if (op == 0) return f64x2.add(a, b);
  if (op == 1) return f64x2.sub(a, b);
  if (op == 2) return f64x2.mul(a, b);
  if (op == 3) return f64x2.div(a, b);
  if (op == 4) return f64x2.neg(a);
  if (op == 5) return f64x2.abs(a);
  if (op == 6) return f64x2.sqrt(a);
  if (op == 7) return f64x2.min(a, b);
  if (op == 8) return f64x2.max(a, b);
  if (op == 9) return exp2(a);
  if (op == 10) return sinh2(a);
  if (op == 11) return cosh2(a);
  if (op == 12) return truth(f64x2.lt(a, b));
  if (op == 13) return truth(f64x2.gt(a, b));
  if (op == 14) return truth(f64x2.le(a, b));
  if (op == 15) return truth(f64x2.ge(a, b));
  if (op == 16) return truth(f64x2.eq(a, b));
  if (op == 17) return truth(f64x2.ne(a, b));
  if (op == 18) return v128.bitselect(b, c, holds(a));
  if (op == 19) return truth(v128.and(holds(a), holds(b)));
  if (op == 20) return truth(v128.or(holds(a), holds(b)));
  if (op == 21) return truth(f64x2.eq(a, f64x2.splat(0)));
  if (op == 22) return truth(f64x2.gt(a, f64x2.splat(0)));
  return v128.and(a, f64x2.gt(a, f64x2.splat(0)));
}

// @ts-ignore: decorator
@inline
function run(op: u32, to: usize, a: usize, b: usize, c: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 16) {
    v128.store(to + k, inPairs(op, v128.load(a + k), v128.load(b + k), v128.load(c + k)));
  }
}

/** The operations that go cell by cell. */
function single(op: u32, a: f64, b: f64): f64 {
  switch (op) {
    case 32: return Math.pow(a, b);
    case 33: return Math.pow(Math.abs(a), b);
    case 34: return a < 0 ? -Math.pow(-a, b) : Math.pow(a, b);
    case 35: return Math.cbrt(a);
    case 36: return Math.expm1(a);
    case 39: return Math.log10(a);
    case 40: return Math.log2(a);
    case 41: return Math.sin(a);
    case 42: return Math.cos(a);
    case 43: return Math.tan(a);
    case 44: return Math.tanh(a);
    case 45: return Math.asin(a);
    case 46: return Math.acos(a);
    case 47: return Math.atan(a);
    case 48: return Math.asinh(a);
    case 49: return Math.acosh(a);
    case 50: return Math.atanh(a);
    case 51: return Math.trunc(a);
    case 52: return Math.floor(a);
    case 53: return Math.ceil(a);
    case 54: return Math.sign(a);
    case 55: return a > 0 ? 1 : a < 0 ? 0 : a == 0 ? 0.5 : NaN;
    case 56: return Math.atan2(a, b);
  }
  return NaN;
}

/** Runs a tape over `bytes` of its registers, a multiple of 16. */
export function runTape(tape: Tape, bytes: usize): void {
  let at = tape.code;
  for (const end = at + <usize>tape.length * 20; at < end; at += 20) {
    const op = load<u32>(at);
    const to = <usize>load<u32>(at, 4);
    const a = <usize>load<u32>(at, 8);
    const b = <usize>load<u32>(at, 12);
    const c = <usize>load<u32>(at, 16);
    switch (op) {
      case 0: run(0, to, a, b, c, bytes); break;
      case 1: run(1, to, a, b, c, bytes); break;
      case 2: run(2, to, a, b, c, bytes); break;
      case 3: run(3, to, a, b, c, bytes); break;
      case 4: run(4, to, a, a, a, bytes); break;
      case 5: run(5, to, a, a, a, bytes); break;
      case 6: run(6, to, a, a, a, bytes); break;
      case 7: run(7, to, a, b, b, bytes); break;
      case 8: run(8, to, a, b, b, bytes); break;
      case 9: run(9, to, a, a, a, bytes); break;
      case 10: run(10, to, a, a, a, bytes); break;
      case 11: run(11, to, a, a, a, bytes); break;
      case 12: run(12, to, a, b, b, bytes); break;
      case 13: run(13, to, a, b, b, bytes); break;
      case 14: run(14, to, a, b, b, bytes); break;
      case 15: run(15, to, a, b, b, bytes); break;
      case 16: run(16, to, a, b, b, bytes); break;
      case 17: run(17, to, a, b, b, bytes); break;
      case 18: run(18, to, a, b, c, bytes); break;
      case 19: run(19, to, a, b, b, bytes); break;
      case 20: run(20, to, a, b, b, bytes); break;
      case 21: run(21, to, a, a, a, bytes); break;
      case 22: run(22, to, a, a, a, bytes); break;
      case 23: run(23, to, a, a, a, bytes); break;
      case 24: both(to, b, a, bytes); break;
      case 37: logarithms(false, to, a, bytes); break;
      case 38: logarithms(true, to, a, bytes); break;
      default:
        for (let k: usize = 0; k < bytes; k += 8) {
          store<f64>(to + k, single(op, load<f64>(a + k), load<f64>(b + k)));
        }
    }
  }
}
