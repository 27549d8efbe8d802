import { quoted } from '../../../core/index.js';
import type { Control } from '../../netlist/index.js';
import { readNumber } from '../number.js';
import type { Grammar } from './grammar.js';
import { operator, type Syntax } from './syntax.js';

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
  readonly kind: 'number' | 'name' | 'probe' | 'sign';
}

const lexemeForm =
  /\s*(?:([vi]\s*\([^()]*\))|((?:\d+(?:\.\d*)?|\.\d+)(?:[ed][+-]?\d+)?[a-zµμΩ]*\d*)|([a-z_][\w.#]*)|(\*\*|&&|\|\||==|!=|<>|<=|>=|[-+*/^!~<>?:(),{}&|=%\\]))/iy;

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
    const [whole, probe, numeral, name, sign] = match;
    const found = probe ?? numeral ?? name ?? sign;
    const kind =
      probe !== undefined ? 'probe' : numeral !== undefined ? 'number' : name !== undefined ? 'name' : 'sign';
    lexemes.push({ text: found, offset: at + whole.length - found.length, kind });
    at = lexemeForm.lastIndex;
  }
  return lexemes;
}

const MAX_DEPTH = 200;

/** Turns the text of an expression into a tree. Suffixes such as 1k are read; `**` is a power, `^` where the grammar says so. */
export function parseExpression(text: string, grammar: Grammar): Syntax {
  return new Parser(lex(text), text.trimEnd().length, text, grammar).whole();
}

/** What is probably wrong with 4k7. */
function decimalPoint(text: string): string {
  const match = /^(\d+)([a-zµμ]+)(\d+)$/i.exec(text);
  return match === null ? '' : `: write the decimal point, ${match[1]}.${match[3]}${match[2]}`;
}

class Parser {
  private next = 0;
  private depth = 0;
  /** Which number has taken the minus sign before it. */
  private tight = -1;

  constructor(
    private readonly lexemes: readonly Lexeme[],
    private readonly end: number,
    private readonly text: string,
    private readonly grammar: Grammar,
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
      const found = this.grammar.binding[this.peek()];
      if (found === undefined || found[0] < weakest) return left;
      this.next++;
      this.bindTightly();
      left = operator(found[1], left, this.binary(found[0] + 1));
    }
  }

  /** After a sign, `-3` is one number where the grammar has it so. */
  private bindTightly(): void {
    const following = this.lexemes[this.next + 1];
    if (this.grammar.tightMinus && this.peek() === '-' && following?.kind === 'number') {
      this.tight = ++this.next;
    }
  }

  private unary(): Syntax {
    const sign = this.peek();
    if (sign !== '-' && sign !== '+' && sign !== '!' && sign !== '~') return this.power();
    if (++this.depth > MAX_DEPTH) throw new ExpressionError('the expression is nested too deeply', 0);
    this.next++;
    const operand = this.unary();
    this.depth--;
    if (sign === '+') return operand;
    return operator(sign === '-' ? 'negative' : '!', operand);
  }

  private power(): Syntax {
    let base = this.primary();
    while (this.peek() === '**' || (this.peek() === '^' && this.grammar.binding['^'] === undefined)) {
      this.next++;
      this.bindTightly();
      const sign = this.peek();
      base = operator('^', base, sign === '-' || sign === '+' ? this.unary() : this.primary());
    }
    return base;
  }

  private primary(): Syntax {
    const lexeme = this.lexemes[this.next];
    if (lexeme === undefined)
      throw new ExpressionError('the expression ends where a value is needed', this.end);
    const negative = this.tight === this.next;
    this.next++;
    if (lexeme.kind === 'number') {
      const read = readNumber(lexeme.text, this.grammar);
      if (read === undefined) {
        throw new ExpressionError(
          `${quoted(lexeme.text)} is not a number${decimalPoint(lexeme.text)}`,
          lexeme.offset,
        );
      }
      return { kind: 'number', value: negative ? -read.value : read.value };
    }
    if (lexeme.kind === 'name') {
      const name = lexeme.text.toLowerCase();
      if (this.peek() !== '(') return { kind: 'name', name, offset: lexeme.offset };
      return this.callOf(name, lexeme.offset);
    }
    if (lexeme.kind === 'probe') return probe(lexeme);
    if (lexeme.text === '(') {
      const inner = this.ternary();
      this.expect(')');
      return inner;
    }
    if (lexeme.text === '{') {
      const inner = this.ternary();
      const close = this.lexemes[this.next]?.offset ?? this.end;
      this.expect('}');
      const offset = lexeme.offset + 1;
      return { kind: 'braces', text: this.text.slice(offset, close), inner, offset };
    }
    throw new ExpressionError(`${quoted(lexeme.text)} stands where a value is needed`, lexeme.offset);
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

/** V(a), V(a,b) or I(source): node names are taken from the text as they stand. */
function probe({ text, offset }: Lexeme): Syntax {
  const what = text[0].toLowerCase();
  const names = text
    .slice(text.indexOf('(') + 1, -1)
    .split(',')
    .map((name) => name.trim().toLowerCase());
  if (names.length > (what === 'v' ? 2 : 1) || names.some((name) => !/^[^\s=*/^{}']+$/.test(name))) {
    const wanted = what === 'v' ? 'V(node) or V(node,node)' : 'I(source)';
    throw new ExpressionError(`${quoted(text)} should read ${wanted}`, offset);
  }
  const control: Control = what === 'i' ? { source: names[0] } : { plus: names[0], minus: names[1] ?? '0' };
  return { kind: 'probe', control, offset };
}
