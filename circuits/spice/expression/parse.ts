import { quoted } from '../../../core/index.js';
import type { Control } from '../../netlist/index.js';
import { readNumber } from '../number.js';
import { type Operator, operator, type Syntax } from './syntax.js';

/** A mistake in an expression, at an offset of its text. */
export class ExpressionError extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

interface Lexeme {
  readonly text: string;
  readonly offset: number;
  readonly kind: 'number' | 'name' | 'sign';
}

const lexemeForm =
  /\s*(?:((?:\d+\.?\d*|\.\d+)(?:[ed][+-]?\d+)?[a-zµμΩ]*)|([a-z_][\w.#]*)|(\*\*|&&|\|\||==|!=|<>|<=|>=|[-+*/^!<>?:(),]))/iy;

function lex(text: string): Lexeme[] {
  const lexemes: Lexeme[] = [];
  let at = 0;
  const end = text.trimEnd().length;
  while (at < end) {
    lexemeForm.lastIndex = at;
    const match = lexemeForm.exec(text);
    if (match === null) {
      const offset = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);
      throw new ExpressionError(`"${text[offset]}" has no place in an expression`, offset);
    }
    const [whole, numeral, name, sign] = match;
    const found = numeral ?? name ?? sign;
    const kind = numeral !== undefined ? 'number' : name !== undefined ? 'name' : 'sign';
    lexemes.push({ text: found, offset: at + whole.length - found.length, kind });
    at = lexemeForm.lastIndex;
  }
  return lexemes;
}

/** Binding strength of the operators of two operands; all group from the left, as in ngspice. */
const binding: Readonly<Record<string, readonly [strength: number, sign: Operator]>> = {
  '||': [1, '||'],
  '&&': [2, '&&'],
  '==': [3, '=='],
  '!=': [3, '!='],
  '<>': [3, '!='],
  '<': [4, '<'],
  '>': [4, '>'],
  '<=': [4, '<='],
  '>=': [4, '>='],
  '+': [5, '+'],
  '-': [5, '-'],
  '*': [6, '*'],
  '/': [6, '/'],
};
const MAX_DEPTH = 200;

/** Turns the text of an expression into a tree. Suffixes such as 1k are read; `**` and `^` are both powers. */
export function parseExpression(text: string): Syntax {
  const parser = new Parser(lex(text), text.trimEnd().length, text);
  return parser.whole();
}

class Parser {
  private next = 0;
  private depth = 0;

  constructor(
    private readonly lexemes: readonly Lexeme[],
    private readonly end: number,
    private readonly text: string,
  ) {}

  whole(): Syntax {
    const tree = this.ternary();
    const rest = this.lexemes[this.next];
    if (rest !== undefined)
      throw new ExpressionError(`${quoted(rest.text)} was not expected here`, rest.offset);
    return tree;
  }

  private peek(): string {
    const lexeme = this.lexemes[this.next];
    return lexeme === undefined || lexeme.kind !== 'sign' ? '' : lexeme.text;
  }

  private expect(sign: string): void {
    if (this.peek() !== sign) {
      const found = this.lexemes[this.next];
      throw new ExpressionError(
        `"${sign}" is missing${found ? ` before ${quoted(found.text)}` : ''}`,
        found?.offset ?? this.end,
      );
    }
    this.next++;
  }

  private ternary(): Syntax {
    if (++this.depth > MAX_DEPTH) throw new ExpressionError('the expression is nested too deeply', 0);
    const condition = this.binary(1);
    let tree = condition;
    if (this.peek() === '?') {
      this.next++;
      const yes = this.ternary();
      this.expect(':');
      tree = operator('?', condition, yes, this.ternary());
    }
    this.depth--;
    return tree;
  }

  private binary(weakest: number): Syntax {
    let left = this.unary();
    while (true) {
      const found = binding[this.peek()];
      if (found === undefined || found[0] < weakest) return left;
      this.next++;
      left = operator(found[1], left, this.binary(found[0] + 1));
    }
  }

  private unary(): Syntax {
    const sign = this.peek();
    if (sign !== '-' && sign !== '+' && sign !== '!') return this.power();
    if (++this.depth > MAX_DEPTH) throw new ExpressionError('the expression is nested too deeply', 0);
    this.next++;
    const operand = this.unary();
    this.depth--;
    if (sign === '+') return operand;
    return operator(sign === '-' ? 'negative' : '!', operand);
  }

  private power(): Syntax {
    let base = this.primary();
    while (this.peek() === '**' || this.peek() === '^') {
      this.next++;
      const sign = this.peek();
      base = operator('^', base, sign === '-' || sign === '+' ? this.unary() : this.primary());
    }
    return base;
  }

  private primary(): Syntax {
    const lexeme = this.lexemes[this.next];
    if (lexeme === undefined)
      throw new ExpressionError('the expression ends where a value is needed', this.end);
    this.next++;
    if (lexeme.kind === 'number') {
      const value = readNumber(lexeme.text);
      if (value === undefined)
        throw new ExpressionError(`${quoted(lexeme.text)} is not a number`, lexeme.offset);
      return { kind: 'number', value: value.value };
    }
    if (lexeme.kind === 'name') {
      const name = lexeme.text.toLowerCase();
      if (this.peek() !== '(') return { kind: 'name', name, offset: lexeme.offset };
      return name === 'v' || name === 'i'
        ? this.probe(name, lexeme.offset)
        : this.callOf(name, lexeme.offset);
    }
    if (lexeme.text === '(') {
      const inner = this.ternary();
      this.expect(')');
      return inner;
    }
    throw new ExpressionError(`${quoted(lexeme.text)} stands where a value is needed`, lexeme.offset);
  }

  /** V(a), V(a,b) or I(source): node names are taken from the text as they stand. */
  private probe(what: 'v' | 'i', offset: number): Syntax {
    const open = this.lexemes[this.next].offset;
    const close = this.text.indexOf(')', open);
    if (close < 0) throw new ExpressionError('")" is missing', this.end);
    const names = this.text
      .slice(open + 1, close)
      .split(',')
      .map((name) => name.trim().toLowerCase());
    if (names.length > (what === 'v' ? 2 : 1) || names.some((name) => !/^[^\s()=*/^{}']+$/.test(name))) {
      const wanted = what === 'v' ? 'V(node) or V(node,node)' : 'I(source)';
      throw new ExpressionError(
        `${quoted(this.text.slice(offset, close + 1))} should read ${wanted}`,
        offset,
      );
    }
    while (this.next < this.lexemes.length && this.lexemes[this.next].offset <= close) this.next++;
    const control: Control = what === 'i' ? { source: names[0] } : { plus: names[0], minus: names[1] ?? '0' };
    return { kind: 'probe', control, offset };
  }

  private callOf(name: string, offset: number): Syntax {
    this.expect('(');
    const args: Syntax[] = [];
    if (this.peek() !== ')') {
      args.push(this.ternary());
      while (this.peek() === ',') {
        this.next++;
        args.push(this.ternary());
      }
    }
    this.expect(')');
    return { kind: 'call', name, args, offset };
  }
}
