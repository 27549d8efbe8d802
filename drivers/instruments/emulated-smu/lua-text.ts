// As much of Lua 5.0 as is typed to a 2600 over a line: assignments, calls, loops, tables. What is not taken is a syntax error of the
// emulator; the instrument would take more (functions, while, string patterns).

/** A Lua statement or a whole script that does not parse. */
export class LuaSyntaxError extends Error {}

export type LuaExpression =
  | { readonly kind: 'value'; readonly value: number | string | boolean | undefined }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly object: LuaExpression; readonly key: LuaExpression }
  | { readonly kind: 'call'; readonly called: LuaExpression; readonly args: readonly LuaExpression[] }
  | { readonly kind: 'table'; readonly items: readonly LuaExpression[] }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: LuaExpression }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: LuaExpression;
      readonly right: LuaExpression;
    };

export type LuaStatement =
  | {
      readonly kind: 'assign';
      readonly targets: readonly LuaExpression[];
      readonly values: readonly LuaExpression[];
    }
  | { readonly kind: 'call'; readonly call: LuaExpression }
  | {
      readonly kind: 'count';
      readonly name: string;
      readonly from: LuaExpression;
      readonly to: LuaExpression;
      readonly step: LuaExpression;
      readonly body: readonly LuaStatement[];
    }
  | {
      readonly kind: 'each';
      readonly names: readonly string[];
      readonly over: LuaExpression;
      readonly body: readonly LuaStatement[];
    }
  | {
      readonly kind: 'if';
      readonly test: LuaExpression;
      readonly then: readonly LuaStatement[];
      readonly otherwise: readonly LuaStatement[];
    };

const token =
  /\s*(?:(--[^\n]*)|([A-Za-z_]\w*)|((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|("[^"\n]*"|'[^'\n]*')|(==|~=|<=|>=|\.\.|[-+*/^<>=(){}[\],;.#]))/y;

const keywords = [
  'and',
  'or',
  'not',
  'for',
  'in',
  'do',
  'end',
  'if',
  'then',
  'else',
  'local',
  'nil',
  'true',
  'false',
];

interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'sign' | 'end';
  readonly text: string;
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  token.lastIndex = 0;
  while (text.slice(token.lastIndex).trim() !== '') {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null)
      throw new LuaSyntaxError(`unexpected symbol near '${text.slice(at).trim().slice(0, 10)}'`);
    const [, comment, name, number, string, sign] = match;
    if (comment !== undefined) continue;
    if (name !== undefined) found.push({ kind: keywords.includes(name) ? 'sign' : 'name', text: name });
    else if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (string !== undefined) found.push({ kind: 'string', text: string.slice(1, -1) });
    else found.push({ kind: 'sign', text: sign });
  }
  found.push({ kind: 'end', text: '<eof>' });
  return found;
}

/** Binary operators, the loosest first. */
const levels = [['or'], ['and'], ['<', '>', '<=', '>=', '~=', '=='], ['..'], ['+', '-'], ['*', '/']];

/** Reads a script. @throws LuaSyntaxError */
export function readLua(text: string): LuaStatement[] {
  const all = tokens(text);
  let at = 0;
  const peek = (): Token => all[at];
  const is = (sign: string): boolean => peek().kind === 'sign' && peek().text === sign;
  const take = (sign: string): boolean => {
    if (!is(sign)) return false;
    at++;
    return true;
  };
  const fail = (): never => {
    throw new LuaSyntaxError(`unexpected symbol near '${peek().text}'`);
  };
  const expect = (sign: string): void => {
    if (!take(sign)) fail();
  };
  const name = (): string => (peek().kind === 'name' ? all[at++].text : fail());

  function block(...ends: string[]): LuaStatement[] {
    const statements: LuaStatement[] = [];
    for (;;) {
      while (take(';'));
      if (peek().kind === 'end' || ends.some(is)) return statements;
      statements.push(statement());
    }
  }

  function statement(): LuaStatement {
    if (take('for')) return loop();
    if (take('if')) {
      const test = expression();
      expect('then');
      const then = block('else', 'end');
      const otherwise = take('else') ? block('end') : [];
      expect('end');
      return { kind: 'if', test, then, otherwise };
    }
    take('local');
    const targets = [prefix()];
    if (targets[0].kind === 'call') return { kind: 'call', call: targets[0] };
    while (take(',')) targets.push(prefix());
    expect('=');
    const values = [expression()];
    while (take(',')) values.push(expression());
    if (targets.some(({ kind }) => kind === 'call')) fail();
    return { kind: 'assign', targets, values };
  }

  function loop(): LuaStatement {
    const names = [name()];
    if (take('=')) {
      const from = expression();
      expect(',');
      const to = expression();
      const step: LuaExpression = take(',') ? expression() : { kind: 'value', value: 1 };
      expect('do');
      const body = block('end');
      expect('end');
      return { kind: 'count', name: names[0], from, to, step, body };
    }
    while (take(',')) names.push(name());
    expect('in');
    const over = expression();
    expect('do');
    const body = block('end');
    expect('end');
    return { kind: 'each', names, over, body };
  }

  function expression(level = 0): LuaExpression {
    if (level === levels.length) return unary();
    let left = expression(level + 1);
    for (;;) {
      const operator = levels[level].find(is);
      if (operator === undefined) return left;
      at++;
      left = { kind: 'binary', operator, left, right: expression(level + 1) };
    }
  }

  function unary(): LuaExpression {
    for (const operator of ['-', 'not', '#']) {
      if (take(operator)) return { kind: 'unary', operator, operand: unary() };
    }
    return simple();
  }

  function simple(): LuaExpression {
    const { kind, text: said } = peek();
    if (kind === 'number' || kind === 'string') {
      at++;
      return { kind: 'value', value: kind === 'number' ? Number(said) : said };
    }
    for (const [word, value] of [
      ['nil', undefined],
      ['true', true],
      ['false', false],
    ] as const) {
      if (take(word)) return { kind: 'value', value };
    }
    if (take('{')) {
      const items: LuaExpression[] = [];
      while (!is('}')) {
        items.push(expression());
        if (!take(',')) break;
      }
      expect('}');
      return { kind: 'table', items };
    }
    return prefix();
  }

  function prefix(): LuaExpression {
    let found: LuaExpression;
    if (take('(')) {
      found = expression();
      expect(')');
    } else found = { kind: 'name', name: name() };
    for (;;) {
      if (take('.')) found = { kind: 'index', object: found, key: { kind: 'value', value: name() } };
      else if (take('[')) {
        found = { kind: 'index', object: found, key: expression() };
        expect(']');
      } else if (take('(')) {
        const args: LuaExpression[] = [];
        while (!is(')')) {
          args.push(expression());
          if (!take(',')) break;
        }
        expect(')');
        found = { kind: 'call', called: found, args };
      } else return found;
    }
  }

  const script = block();
  if (peek().kind !== 'end') fail();
  return script;
}
