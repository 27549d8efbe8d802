import { type LuaObject, LuaRuntimeError, type LuaValue } from './lua-run.js';

/** An attribute that the instrument works on: what it is, and what happens when it is set. */
export interface TspAttribute {
  readonly get: () => LuaValue;
  /** Left out: it is only read. @throws LuaRuntimeError for a value that it does not take */
  readonly set?: (value: LuaValue) => void;
}

/** What an object of the instrument has: attributes, constants, functions, objects below it. */
export type TspMembers = Readonly<Record<string, TspAttribute | { readonly value: LuaValue }>>;

/** An object of the instrument: what it does not have can be neither read nor set. */
export class TspObject implements LuaObject {
  constructor(
    private readonly name: string,
    private readonly members: TspMembers,
  ) {}

  get(key: number | string): LuaValue {
    const member = Object.hasOwn(this.members, key) ? this.members[key] : undefined;
    if (member === undefined) return undefined;
    return 'value' in member ? member.value : member.get();
  }

  set(key: number | string, value: LuaValue): void {
    const member = Object.hasOwn(this.members, key) ? this.members[key] : undefined;
    if (member === undefined || 'value' in member || member.set === undefined) {
      throw new LuaRuntimeError(`cannot modify attribute ${this.name}.${key}`);
    }
    member.set(value);
  }
}

/** A number in a range. */
export function numberAttribute(
  initial: number,
  [low, high]: readonly [number, number],
  changed = (_: number) => {},
) {
  let value = initial;
  return {
    get: () => value,
    set: (given: LuaValue) => {
      if (typeof given !== 'number') throw new LuaRuntimeError('Expected parameter 1 to be a number');
      if (given < low || given > high)
        throw new LuaRuntimeError('Parameter data out of range', { cause: 1102 });
      value = given;
      changed(given);
    },
    reset: () => {
      value = initial;
    },
  };
}
