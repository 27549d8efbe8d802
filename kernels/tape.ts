import {
  derivative,
  type Expression,
  type Operation,
  operations,
  substitute,
} from '../core/expression/index.js';

/** Bytes of a register (kernels/assembly/crossbar/tape.ts): 128 cells. */
const CHUNK_BYTES = 1024;
/** Longer tapes are not made: their registers no longer fit the cache, and trees that large are not written by people. */
const MAX_INSTRUCTIONS = 3000;

/** Numbers of the operations, as in kernels/assembly/crossbar/tape.ts; what is not here has no code there. */
const codes: Partial<Readonly<Record<Operation, number>>> = {
  add: 0,
  subtract: 1,
  multiply: 2,
  divide: 3,
  negate: 4,
  abs: 5,
  sqrt: 6,
  min: 7,
  max: 8,
  exp: 9,
  sinh: 10,
  cosh: 11,
  less: 12,
  greater: 13,
  lessOrEqual: 14,
  greaterOrEqual: 15,
  equal: 16,
  notEqual: 17,
  cond: 18,
  and: 19,
  or: 20,
  not: 21,
  step: 22,
  ramp: 23,
  powReal: 32,
  powAbs: 33,
  powSigned: 34,
  cbrt: 35,
  expm1: 36,
  ln: 37,
  log1p: 38,
  log10: 39,
  log2: 40,
  sin: 41,
  cos: 42,
  tan: 43,
  tanh: 44,
  asin: 45,
  acos: 46,
  atan: 47,
  asinh: 48,
  acosh: 49,
  atanh: 50,
  truncate: 51,
  floor: 52,
  ceil: 53,
  sign: 54,
  halfStep: 55,
  atan2: 56,
};

interface Instruction {
  readonly code: number;
  readonly to: number;
  readonly from: readonly number[];
  /** A second result. */
  readonly also?: number;
}

/** sinh u, and cosh u as the second result: both of one exponential. */
const BOTH = 24;

/** An equation I(v, x) with its slope by v, as instructions over registers. */
export interface Tape {
  readonly instructions: readonly Instruction[];
  /** Registers that hold a number throughout. */
  readonly numbers: ReadonlyMap<number, number>;
  readonly registers: number;
  readonly voltage: number;
  readonly state: number;
  readonly current: number;
  readonly slope: number;
}

/** Kernel memory that a tape takes, bytes. */
export function tapeBytes({ registers, instructions }: Tape): number {
  return registers * CHUNK_BYTES + instructions.length * 20 + 256;
}

/** Bytes of the chunks that a search between two tapes works in. */
export const searchBytes = 6 * CHUNK_BYTES + 384;

/**
 * The tape of a current over `v`, `x` and parameters; undefined where an operation has no code in the kernel, or it would be too long.
 */
export function tapeOf(current: Expression, parameters: ReadonlyMap<string, number>): Tape | undefined {
  const frozen = substitute(current, (key) => parameters.get(key));
  const writer = new TapeWriter();
  try {
    const currentAt = writer.value(frozen);
    const slopeAt = writer.value(derivative(frozen, 'v'));
    return writer.tape(currentAt, slopeAt);
  } catch (error) {
    if (error instanceof NoTape) return undefined;
    throw error;
  }
}

class NoTape extends Error {}

/** Values numbered as they are first needed: what occurs twice is computed once. */
class TapeWriter {
  private readonly known = new Map<string, number>();
  private readonly trees = new Map<Expression, number>();
  private readonly numbers = new Map<number, number>();
  private readonly steps: Instruction[] = [];
  private count = 2;
  private readonly voltage = 0;
  private readonly state = 1;

  value(tree: Expression): number {
    const seen = this.trees.get(tree);
    if (seen !== undefined) return seen;
    const at = this.work(tree);
    this.trees.set(tree, at);
    return at;
  }

  private work(tree: Expression): number {
    if (tree.kind === 'number') return this.number(tree.value);
    if (tree.kind === 'variable') {
      if (tree.key === 'v') return this.voltage;
      if (tree.key === 'x') return this.state;
      throw new NoTape(tree.key);
    }
    return this.call(
      tree.operation,
      tree.args.map((arg) => this.value(arg)),
    );
  }

  /** A call, with what its numbers make simpler. */
  private call(operation: Operation, args: readonly number[]): number {
    const [a, b, c] = args.map((arg) => this.numbers.get(arg));
    if (args.every((arg) => this.numbers.has(arg))) {
      return this.number(operations[operation].evaluate(a!, b!, c!));
    }
    if (operation === 'cond' && a !== undefined) return a !== 0 ? args[1] : args[2];
    if (operation === 'multiply' && (a === 1 || b === 1)) return a === 1 ? args[1] : args[0];
    if (operation === 'divide' && b === 1) return args[0];
    return this.wholePower(operation, args, b) ?? this.step(operation, args);
  }

  /** Powers with a small whole exponent are products. */
  private wholePower(
    operation: Operation,
    [base]: readonly number[],
    n: number | undefined,
  ): number | undefined {
    const even = n !== undefined && n % 2 === 0;
    if (operation !== 'powReal' && !(operation === 'powAbs' && even)) return undefined;
    if (n === undefined || !Number.isInteger(n) || n < 1 || n > 8) return undefined;
    let product = base;
    for (let k = 1; k < n; k++) product = this.step('multiply', [product, base]);
    return product;
  }

  private number(value: number): number {
    return this.once(`${Object.is(value, -0) ? '-0' : value}`, (at) => this.numbers.set(at, value));
  }

  private step(operation: Operation, args: readonly number[]): number {
    const code = codes[operation];
    if (code === undefined || this.steps.length >= MAX_INSTRUCTIONS) throw new NoTape(operation);
    return this.once(`${operation} ${args.join(' ')}`, (to) => this.steps.push({ code, to, from: args }));
  }

  private once(key: string, make: (at: number) => void): number {
    const seen = this.known.get(key);
    if (seen !== undefined) return seen;
    const at = this.count++;
    make(at);
    this.known.set(key, at);
    return at;
  }

  /** Values in as few registers as they can share. */
  tape(current: number, slope: number): Tape {
    const steps = joinedSteps(this.steps);
    const lastUse = new Map<number, number>();
    for (const [at, { from }] of steps.entries()) for (const value of from) lastUse.set(value, at);
    for (const value of [this.voltage, this.state, current, slope, ...this.numbers.keys()]) {
      lastUse.set(value, Number.POSITIVE_INFINITY);
    }
    const place = new Map<number, number>();
    const free: number[] = [];
    let registers = 0;
    const take = (value: number): number => {
      const at = free.pop() ?? registers++;
      place.set(value, at);
      return at;
    };
    take(this.voltage);
    take(this.state);
    for (const value of this.numbers.keys()) take(value);
    const instructions = steps.map(({ code, to, from, also }, at): Instruction => {
      const operands = from.map((value) => place.get(value)!);
      for (const value of new Set(from)) if (lastUse.get(value) === at) free.push(place.get(value)!);
      const result = take(to);
      if (also === undefined) return { code, to: result, from: operands };
      return { code, to: result, from: operands, also: take(also) };
    });
    return {
      instructions,
      numbers: new Map([...this.numbers].map(([value, number]) => [place.get(value)!, number])),
      registers,
      voltage: place.get(this.voltage)!,
      state: place.get(this.state)!,
      current: place.get(current)!,
      slope: place.get(slope)!,
    };
  }
}

/** The steps with sinh u and cosh u done together, where the first of them was. */
function joinedSteps(steps: readonly Instruction[]): Instruction[] {
  const other = (step: Instruction) =>
    steps.find(
      ({ code, from: [u] }) =>
        u === step.from[0] && code + step.code === codes.sinh! + codes.cosh! && code !== step.code,
    );
  const done = new Set<Instruction>();
  return steps.flatMap((step) => {
    if (step.code !== codes.sinh && step.code !== codes.cosh) return [step];
    if (done.has(step)) return [];
    const pair = other(step);
    if (pair === undefined) return [step];
    done.add(pair);
    const [sinh, cosh] = step.code === codes.sinh ? [step, pair] : [pair, step];
    return [{ code: BOTH, to: sinh.to, from: step.from, also: cosh.to }];
  });
}

/** Where chunks and structs of a tape are put. */
export interface TapeMemory {
  take(bytes: number): number;
  float64(offset: number, length: number): Float64Array;
  struct(fields: readonly number[]): number;
}

/** Writes a tape into kernel memory. @returns its address */
export function layTape(memory: TapeMemory, tape: Tape): number {
  const base = memory.take(tape.registers * CHUNK_BYTES);
  memory.float64(base, (tape.registers * CHUNK_BYTES) / 8).fill(0);
  const at = (register: number) => base + register * CHUNK_BYTES;
  for (const [register, value] of tape.numbers) {
    memory.float64(at(register), CHUNK_BYTES / 8).fill(value);
  }
  const code = memory.struct(
    tape.instructions.flatMap(({ code: operation, to, from, also }) => {
      const [a, b = also === undefined ? a : at(also), c = b] = from.map(at);
      return [operation, at(to), a, b, c];
    }),
  );
  return memory.struct([
    code,
    tape.instructions.length,
    at(tape.voltage),
    at(tape.state),
    at(tape.current),
    at(tape.slope),
  ]);
}

/** The struct `Cells` of kernels/assembly/crossbar/layout.ts. @returns its address */
export function layCells(
  memory: TapeMemory,
  tapes: readonly [cell: number, series: number],
  tiles: readonly [states: number, inner: number, share: number, before: number],
): number {
  const chunks = Array.from({ length: 6 }, () => memory.take(CHUNK_BYTES));
  return memory.struct([...tapes, ...tiles, ...chunks]);
}
