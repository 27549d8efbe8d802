import type { Expression } from './expression.js';
import { type Operation, operations } from './operations.js';

/**
 * A tree and its slopes as one function: the slopes go into `partials`, the value comes back.
 * @param constants the numbers of the trees, in their order: trees that differ in numbers alone share a function
 */
export type GeneratedLaw = (u: Float64Array, partials: Float64Array, constants: Float64Array) => number;

/**
 * The same for many at once, laid out one after the other: `u` is `[count × variables]`, `partials` `[count × slopes]`; the constants
 * of each stand `stride` apart, those of the first at `first`.
 */
export type GeneratedLaws = (
  count: number,
  u: Float64Array,
  constants: Float64Array,
  stride: number,
  first: number,
  values: Float64Array,
  partials: Float64Array,
) => void;

/** One piece of code, in both forms. */
export interface GeneratedCode {
  readonly law: GeneratedLaw;
  readonly many: GeneratedLaws;
}

/** Whether functions may be made of text here: a page's policy may forbid it, and then trees are walked instead. */
const allowed = ((): boolean => {
  try {
    return new Function('return true')() === true;
  } catch {
    return false;
  }
})();

/** Functions by their text, so that a thousand cells of one law run one piece of code; forgotten when there are too many. */
const made = new Map<string, GeneratedCode>();
const MOST_MADE = 4096;
/** Characters: longer texts are walked as trees. */
const LONGEST = 40_000;

type Text = (a: string, b: string) => string;

const infix =
  (sign: string): Text =>
  (a, b) =>
    `(${a}${sign}${b})`;
const ofMath =
  (name: string): Text =>
  (a) =>
    `Math.${name}(${a})`;

/** The same arithmetic as `operations`, written out; what is missing calls it. */
const texts: { readonly [operation in Operation]?: Text } = {
  add: infix('+'),
  subtract: infix('-'),
  multiply: infix('*'),
  divide: infix('/'),
  negate: (a) => `(-${a})`,
  powReal: infix('**'),
  powAbs: (a, b) => `(Math.abs(${a})**${b})`,
  ln: ofMath('log'),
  ...Object.fromEntries(
    [
      ...['sqrt', 'cbrt', 'abs', 'exp', 'expm1', 'log1p', 'log10', 'log2', 'sin', 'cos', 'tan'],
      ...['sinh', 'cosh', 'tanh', 'asin', 'acos', 'atan', 'asinh', 'acosh', 'atanh', 'floor', 'ceil'],
      'sign',
    ].map((name) => [name, ofMath(name)]),
  ),
};

const comparisons: ReadonlyMap<Operation, string> = new Map([
  ['less', '<'],
  ['greater', '>'],
  ['lessOrEqual', '<='],
  ['greaterOrEqual', '>='],
  ['equal', '==='],
  ['notEqual', '!=='],
]);

/**
 * Writes a tree and its slopes as one function. What occurs several times is worked out once, but nothing of a branch before it is
 * known which branch counts. Every number is the same to the last bit as that of the compiled trees.
 * @param indexOf where each variable's value stands
 * @returns nothing where functions must not be made of text, or the text grows too long
 */
export function generateLaw(
  value: Expression,
  slopes: readonly Expression[],
  indexOf: ReadonlyMap<string, number>,
): (GeneratedCode & { readonly constants: Float64Array }) | undefined {
  if (!allowed) return undefined;
  const writer = new Writer(indexOf);
  const text = writer.whole(value, slopes);
  if (text === undefined) return undefined;
  const key = `${indexOf.size} ${slopes.length} ${text}`;
  let code = made.get(key);
  if (code === undefined) {
    if (made.size >= MOST_MADE) made.clear();
    code = new Function('operations', codeOf(text, indexOf.size, slopes.length))(operations) as GeneratedCode;
    made.set(key, code);
  }
  return { ...code, constants: Float64Array.from(writer.constants) };
}

/** `text` reads from places i of u and j of c on, and writes from place o of p on. */
const codeOf = (text: string, variables: number, slopes: number): string =>
  `"use strict";
const at = (u, i, p, o, c, j) => {${text}};
return {
  law: (u, p, c) => at(u, 0, p, 0, c, 0),
  many: (n, u, c, d, j, v, p) => {
    for (let k = 0, i = 0, o = 0; k < n; k++, i += ${variables}, o += ${slopes}, j += d) v[k] = at(u, i, p, o, c, j);
  },
};`;

/** A part of the trees, told from others by what it computes. */
interface Part {
  readonly tree: Expression;
  readonly args: readonly number[];
  /** Places that need it whatever the branches, and whether a branch needs it too. */
  uses: number;
  inBranch: boolean;
  name?: string;
}

class Writer {
  readonly constants: number[] = [];
  private readonly parts: Part[] = [];
  private readonly ofKey = new Map<string, number>();
  private readonly ofTree = new Map<Expression, number>();
  private length = 0;

  constructor(private readonly indexOf: ReadonlyMap<string, number>) {}

  whole(value: Expression, slopes: readonly Expression[]): string | undefined {
    const roots = [value, ...slopes].map((tree) => this.intern(tree));
    for (const root of roots) this.use(root);
    const lines: string[] = [];
    // Parts stand after those that they are made of.
    for (const [id, part] of this.parts.entries()) {
      const shared = part.uses > 1 || (part.uses > 0 && part.inBranch);
      if (!shared || part.tree.kind !== 'call') continue;
      const text = this.textOf(id);
      if (this.length > LONGEST) return undefined;
      part.name = `t${id}`;
      lines.push(`const ${part.name}=${text};`);
    }
    roots.slice(1).forEach((root, k) => {
      lines.push(`p[o+${k}]=${this.textOf(root)};`);
    });
    lines.push(`return ${this.textOf(roots[0])};`);
    return this.length > LONGEST ? undefined : lines.join('');
  }

  private intern(tree: Expression): number {
    const before = this.ofTree.get(tree);
    if (before !== undefined) return before;
    const args = tree.kind === 'call' ? tree.args.map((arg) => this.intern(arg)) : [];
    const key =
      tree.kind === 'number'
        ? `n${Object.is(tree.value, -0) ? '-0' : tree.value}`
        : tree.kind === 'variable'
          ? `v${tree.key}`
          : `${tree.operation}(${args.join()})`;
    let id = this.ofKey.get(key);
    if (id === undefined) {
      id = this.parts.length;
      this.parts.push({ tree, args, uses: 0, inBranch: false });
      this.ofKey.set(key, id);
    }
    this.ofTree.set(tree, id);
    return id;
  }

  /** Counts a use of a part that is worked out whatever the branches. */
  private use(id: number): void {
    const part = this.parts[id];
    if (++part.uses > 1) return;
    const isChoice = part.tree.kind === 'call' && part.tree.operation === 'cond';
    part.args.forEach((arg, k) => {
      if (isChoice && k > 0) this.useInBranch(arg);
      else this.use(arg);
    });
  }

  private useInBranch(id: number): void {
    const part = this.parts[id];
    if (part.inBranch) return;
    part.inBranch = true;
    for (const arg of part.args) this.useInBranch(arg);
  }

  private textOf(id: number): string {
    const { tree, args, name } = this.parts[id];
    if (name !== undefined) return name;
    const text = this.write(tree, args);
    this.length += text.length;
    return text;
  }

  private write(tree: Expression, args: readonly number[]): string {
    if (tree.kind === 'number') return this.constant(tree.value);
    if (tree.kind === 'variable') {
      const index = this.indexOf.get(tree.key);
      if (index === undefined) throw new Error(`variable ${tree.key} is bound to nothing`);
      return `u[i+${index}]`;
    }
    // Nothing more is written of what is too long already.
    if (this.length > LONGEST) return '0';
    const { operation } = tree;
    if (operation === 'cond') {
      return `(${this.condition(args[0])}?${this.textOf(args[1])}:${this.textOf(args[2])})`;
    }
    if (comparisons.has(operation) || operation === 'and' || operation === 'or' || operation === 'not') {
      return `(${this.truth(operation, args)}?1:0)`;
    }
    const [a, b = '0'] = args.map((arg) => this.textOf(arg));
    return texts[operation]?.(a, b) ?? `operations.${operation}.evaluate(${a},${b},0)`;
  }

  /** A condition: what is not 0 holds. */
  private condition(id: number): string {
    const { tree, args, name } = this.parts[id];
    if (name === undefined && tree.kind === 'call') {
      const { operation } = tree;
      if (comparisons.has(operation) || operation === 'and' || operation === 'or' || operation === 'not')
        return this.truth(operation, args);
    }
    return `${this.textOf(id)}!==0`;
  }

  private truth(operation: Operation, args: readonly number[]): string {
    const sign = comparisons.get(operation);
    if (sign !== undefined) return `${this.textOf(args[0])}${sign}${this.textOf(args[1])}`;
    // Both sides are worked out: a part that is named in the second has been before.
    const [a, b] = args.map((arg) => `(${this.condition(arg)})`);
    if (operation === 'not') return `!${a}`;
    return operation === 'and' ? `(${a}&&${b})` : `(${a}||${b})`;
  }

  /** Small whole numbers are written out, for they shape the code; others are handed over. */
  private constant(value: number): string {
    if (Number.isInteger(value) && Math.abs(value) <= 4) return Object.is(value, -0) ? '(-0)' : `(${value})`;
    const at = this.constants.indexOf(value);
    if (at >= 0) return `c[j+${at}]`;
    this.constants.push(value);
    return `c[j+${this.constants.length - 1}]`;
  }
}

/** A tree as text in which variables are their places and nothing is left out: equal texts are equal laws. */
export function shapeOf(tree: Expression, indexOf: ReadonlyMap<string, number>): string {
  if (tree.kind === 'variable') return `u${indexOf.get(tree.key) ?? tree.key}`;
  if (tree.kind === 'number') return Object.is(tree.value, -0) ? '-0' : `${tree.value}`;
  return `${tree.operation}(${tree.args.map((arg) => shapeOf(arg, indexOf)).join()})`;
}
