import type { LuaExpression, LuaStatement } from './lua-text.js';

/** What goes wrong while a script runs. */
export class LuaRuntimeError extends Error {}

export type LuaValue = number | string | boolean | undefined | LuaObject | LuaFunction;

/** A table, or an object of the instrument. */
export interface LuaObject {
  get(key: number | string): LuaValue;
  set(key: number | string, value: LuaValue): void;
}

/** Takes its time by what it yields, s. */
export type LuaFunction = (args: readonly LuaValue[]) => Generator<number, readonly LuaValue[], void>;

/** A plain table. */
export class LuaTable implements LuaObject {
  readonly values = new Map<number | string, LuaValue>();

  static of(items: readonly LuaValue[]): LuaTable {
    const table = new LuaTable();
    for (const [i, item] of items.entries()) table.set(i + 1, item);
    return table;
  }

  get(key: number | string): LuaValue {
    return this.values.get(key);
  }

  set(key: number | string, value: LuaValue): void {
    if (value === undefined) this.values.delete(key);
    else this.values.set(key, value);
  }

  /** Items 1, 2, … up to the first that is missing. */
  get items(): LuaValue[] {
    const items: LuaValue[] = [];
    for (let i = 1; this.values.has(i); i++) items.push(this.values.get(i));
    return items;
  }
}

export function isObject(value: LuaValue): value is LuaObject {
  return typeof value === 'object';
}

const NO_TIME: readonly number[] = [];

/** A function of the instrument that takes no time. @param body gives back a value, several as an array, or nothing */
export function luaFunction(body: (...args: LuaValue[]) => unknown): LuaFunction {
  return function* (args) {
    yield* NO_TIME;
    const result = body(...args);
    if (result === undefined) return [];
    return Array.isArray(result) ? (result as LuaValue[]) : [result as LuaValue];
  };
}

type Run<T> = Generator<number, T, void>;

/** Time that a statement takes, s: of the order of what the recorded session shows beside its line. */
const STATEMENT_seconds = 1e-5;

/** Runs a script. @throws LuaRuntimeError */
export function* runLua(script: readonly LuaStatement[], globals: LuaObject): Run<void> {
  for (const statement of script) {
    yield STATEMENT_seconds;
    yield* runOne(statement, globals);
  }
}

function* runOne(statement: LuaStatement, globals: LuaObject): Run<void> {
  if (statement.kind === 'call') {
    yield* evaluate(statement.call, globals);
  } else if (statement.kind === 'assign') {
    const values: LuaValue[] = [];
    for (const value of statement.values) values.push(...(yield* evaluate(value, globals)));
    for (const [i, target] of statement.targets.entries()) yield* assign(target, values[i], globals);
  } else if (statement.kind === 'if') {
    const [test] = yield* evaluate(statement.test, globals);
    yield* runLua(truth(test) ? statement.then : statement.otherwise, globals);
  } else if (statement.kind === 'count') {
    const from = yield* number(statement.from, globals);
    const to = yield* number(statement.to, globals);
    const step = yield* number(statement.step, globals);
    for (let i = from; step > 0 ? i <= to : i >= to; i += step) {
      globals.set(statement.name, i);
      yield* runLua(statement.body, globals);
    }
  } else {
    const [over] = yield* evaluate(statement.over, globals);
    if (!(over instanceof LuaTable)) throw new LuaRuntimeError('bad argument to `for` (table expected)');
    for (const [i, item] of over.items.entries()) {
      globals.set(statement.names[0], i + 1);
      if (statement.names[1] !== undefined) globals.set(statement.names[1], item);
      yield* runLua(statement.body, globals);
    }
  }
}

function* assign(target: LuaExpression, value: LuaValue, globals: LuaObject): Run<void> {
  if (target.kind === 'name') {
    globals.set(target.name, value);
    return;
  }
  if (target.kind !== 'index') throw new LuaRuntimeError('cannot assign to that');
  const [object] = yield* evaluate(target.object, globals);
  const [key] = yield* evaluate(target.key, globals);
  if (!isObject(object)) throw new LuaRuntimeError(`attempt to index a ${typeName(object)} value`);
  object.set(asKey(key), value);
}

function* number(expression: LuaExpression, globals: LuaObject): Run<number> {
  const [value] = yield* evaluate(expression, globals);
  return asNumber(value);
}

/** All values of an expression: a call may give several, or none. */
export function* evaluate(expression: LuaExpression, globals: LuaObject): Run<readonly LuaValue[]> {
  switch (expression.kind) {
    case 'value':
      return [expression.value];
    case 'name':
      return [globals.get(expression.name)];
    case 'index': {
      const [object] = yield* evaluate(expression.object, globals);
      const [key] = yield* evaluate(expression.key, globals);
      if (!isObject(object)) throw new LuaRuntimeError(`attempt to index a ${typeName(object)} value`);
      return [object.get(asKey(key))];
    }
    case 'call': {
      const [called] = yield* evaluate(expression.called, globals);
      if (typeof called !== 'function')
        throw new LuaRuntimeError(`attempt to call a ${typeName(called)} value`);
      const args: LuaValue[] = [];
      for (const [i, argument] of expression.args.entries()) {
        const values = yield* evaluate(argument, globals);
        if (i === expression.args.length - 1) args.push(...values);
        else args.push(values[0]);
      }
      return yield* called(args);
    }
    case 'table': {
      const items: LuaValue[] = [];
      for (const item of expression.items) items.push(...(yield* evaluate(item, globals)));
      return [LuaTable.of(items)];
    }
    case 'unary': {
      const [value] = yield* evaluate(expression.operand, globals);
      if (expression.operator === 'not') return [!truth(value)];
      if (expression.operator === '-') return [-asNumber(value)];
      return [value instanceof LuaTable ? value.items.length : String(value).length];
    }
    case 'binary':
      return [yield* binary(expression, globals)];
  }
}

function* binary(
  { operator, left, right }: Extract<LuaExpression, { kind: 'binary' }>,
  globals: LuaObject,
): Run<LuaValue> {
  const [a] = yield* evaluate(left, globals);
  if (operator === 'or' && truth(a)) return a;
  if (operator === 'and' && !truth(a)) return a;
  const [b] = yield* evaluate(right, globals);
  if (operator === 'or' || operator === 'and') return b;
  if (operator === '==') return a === b;
  if (operator === '~=') return a !== b;
  if (operator === '..') return `${String(a)}${String(b)}`;
  return arithmetic[operator](asNumber(a), asNumber(b));
}

const arithmetic: Readonly<Record<string, (a: number, b: number) => number | boolean>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
};

export function truth(value: LuaValue): boolean {
  return value !== undefined && value !== false;
}

export function asNumber(value: LuaValue): number {
  if (typeof value === 'number') return value;
  throw new LuaRuntimeError(`attempt to perform arithmetic on a ${typeName(value)} value`);
}

function asKey(value: LuaValue): number | string {
  if (typeof value === 'number' || typeof value === 'string') return value;
  throw new LuaRuntimeError(`bad key: a ${typeName(value)} value`);
}

export function typeName(value: LuaValue): string {
  if (value === undefined) return 'nil';
  return typeof value === 'object' ? 'table' : typeof value;
}
