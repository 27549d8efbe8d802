import { type Expression, folded, number, type Operation, variable } from '../expression/index.js';
import { nearestWord } from '../nearest.js';
import { printableLine, quoted } from '../shown.js';

/** An equation longer, larger or deeper than this is refused: no sensible one comes near. */
const MAX_LENGTH = 4000;
const MAX_NODES = 2000;
const MAX_BRACKETS = 60;
const MAX_DEPTH = 300;

const TOO_DEEP = `more than ${MAX_DEPTH} operations stand inside each other`;

/** What the parse tree of mathjs may hold, as far as it is looked at. */
interface ParsedNode {
  readonly type: string;
  readonly value?: unknown;
  readonly name?: string;
  readonly fn?: string | ParsedNode;
  readonly args?: readonly ParsedNode[];
  readonly content?: ParsedNode;
  readonly condition?: ParsedNode;
  readonly trueExpr?: ParsedNode;
  readonly falseExpr?: ParsedNode;
  readonly params?: readonly ParsedNode[];
  readonly conditionals?: readonly string[];
}

const constants: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['e', Math.E],
  ['tau', 2 * Math.PI],
]);

/** mathjs's names of operators, and which operation each is. */
const operators: ReadonlyMap<string, Operation> = new Map([
  ['add', 'add'],
  ['subtract', 'subtract'],
  ['multiply', 'multiply'],
  ['divide', 'divide'],
  ['pow', 'powReal'],
  ['unaryMinus', 'negate'],
  ['not', 'not'],
  ['and', 'and'],
  ['or', 'or'],
  ['equal', 'equal'],
  ['unequal', 'notEqual'],
  ['smaller', 'less'],
  ['larger', 'greater'],
  ['smallerEq', 'lessOrEqual'],
  ['largerEq', 'greaterOrEqual'],
]);

const functionsOfOne = [
  ...(['abs', 'sqrt', 'cbrt', 'exp', 'expm1', 'log10', 'log2', 'log1p', 'sin', 'cos', 'tan'] as const),
  ...(['sinh', 'cosh', 'tanh', 'asin', 'acos', 'atan', 'asinh', 'acosh', 'atanh'] as const),
  ...(['sign', 'floor', 'ceil', 'round', 'step', 'ramp'] as const),
].map((name) => [name, name] as const);

const unary: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ...functionsOfOne,
  ['log', 'ln'],
  ['ln', 'ln'],
  ['fix', 'truncate'],
]);

/** Functions of other numbers of arguments. */
const several: ReadonlyMap<string, { least: number; most: number; build(args: Expression[]): Expression }> =
  new Map([
    ['pow', { least: 2, most: 2, build: ([a, b]) => folded('powReal', a, b) }],
    ['square', { least: 1, most: 1, build: ([a]) => folded('powReal', a, number(2)) }],
    ['cube', { least: 1, most: 1, build: ([a]) => folded('powReal', a, number(3)) }],
    ['min', { least: 2, most: 20, build: (args) => args.reduce((a, b) => folded('min', a, b)) }],
    ['max', { least: 2, most: 20, build: (args) => args.reduce((a, b) => folded('max', a, b)) }],
  ]);

/** Names that an equation may call. */
export const equationFunctions: readonly string[] = [...unary.keys(), ...several.keys()].sort();

/**
 * Reads equations that users write, such as `g*sinh(b*v)/b*x` or `v > vt ? k*(v/vt - 1)^3 : 0`. mathjs, loaded by this
 * function, parses and nothing else: it never evaluates, and of what it parses only numbers, the names given, and the
 * operators, functions and constants listed here are taken. `^` is the power over the reals, `log` the natural logarithm.
 * @returns a reader of one equation over these variables; it throws a plain Error that says what is wrong
 */
export async function equationReader(): Promise<(text: string, variables: readonly string[]) => Expression> {
  const { parse } = await import('./parser.js');
  return (text, variables) => {
    if (text.length > MAX_LENGTH) {
      throw new Error(`it has ${text.length} characters; ${MAX_LENGTH} are the most`);
    }
    if (text.trim() === '') throw new Error('it is empty; write an equation, 0 where nothing flows');
    requireShallow(text);
    const names = new Set(variables);
    try {
      return new Translation(names).translate(parse(text) as ParsedNode, 0);
    } catch (cause) {
      // Signs and powers nest without brackets.
      if (cause instanceof RangeError) throw new Error(TOO_DEEP);
      throw cause;
    }
  };
}

/** The parser goes one level down a bracket: it must not run out of stack before it is done. */
function requireShallow(text: string): void {
  let depth = 0;
  for (const char of text) {
    if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char)) depth--;
    if (depth > MAX_BRACKETS) throw new Error(`its brackets are nested more than ${MAX_BRACKETS} deep`);
  }
}

const WANTED = 'which is numbers, names, operators and functions';

/** Kinds of mathjs's nodes that are refused, in words. */
const notAnEquation: ReadonlyMap<string, string> = new Map([
  ['AssignmentNode', 'an assignment (write only what stands right of "=")'],
  ['FunctionAssignmentNode', 'the definition of a function (write only what stands right of "=")'],
  ['BlockNode', 'a sequence of several (";" or a line break)'],
  ['ArrayNode', 'a list in square brackets'],
  ['IndexNode', 'an index in square brackets'],
  ['AccessorNode', 'an index or a property (".")'],
  ['ObjectNode', 'an object in braces'],
  ['RangeNode', 'a range (":")'],
]);

class Translation {
  private nodes = 0;

  constructor(private readonly names: ReadonlySet<string>) {}

  translate(node: ParsedNode, depth: number): Expression {
    if (++this.nodes > MAX_NODES) throw new Error(`it has more than ${MAX_NODES} operations and operands`);
    if (depth > MAX_DEPTH) throw new Error(TOO_DEEP);
    const inner = (part: ParsedNode | undefined): Expression => this.translate(part!, depth + 1);
    switch (node.type) {
      case 'ConstantNode':
        return constant(node.value);
      case 'ParenthesisNode':
        return inner(node.content);
      case 'SymbolNode':
        return this.symbol(node.name ?? '');
      case 'ConditionalNode':
        return folded('cond', inner(node.condition), inner(node.trueExpr), inner(node.falseExpr));
      case 'RelationalNode': {
        const operands = node.params!.map(inner);
        const holds = node.conditionals!.map((name, k) =>
          folded(operators.get(name)!, operands[k], operands[k + 1]),
        );
        return holds.reduce((a, b) => folded('and', a, b));
      }
      case 'OperatorNode': {
        if (node.fn === 'unaryPlus') return inner(node.args![0]);
        const operation = operators.get(node.fn as string);
        if (operation === undefined) throw new Error(`the operator ${node.fn} has no place in an equation`);
        return folded(operation, ...node.args!.map(inner));
      }
      case 'FunctionNode':
        return this.call(node, inner);
      default:
        throw new Error(`${notAnEquation.get(node.type) ?? 'this'} has no place in an equation, ${WANTED}`);
    }
  }

  private symbol(name: string): Expression {
    if (this.names.has(name)) return variable(name);
    const value = constants.get(name);
    if (value !== undefined) return number(value);
    throw new Error(
      `${printableLine(name, 80)} is neither a parameter nor one of ${[...this.names].slice(0, 50).join(', ')}`,
    );
  }

  private call(node: ParsedNode, inner: (part: ParsedNode) => Expression): Expression {
    const name = typeof node.fn === 'string' ? node.fn : (node.fn?.name ?? '');
    const args = node.args ?? [];
    const one = unary.get(name);
    const other = several.get(name);
    if (one === undefined && other === undefined) {
      const near = nearestWord(name, equationFunctions);
      throw new Error(
        `there is no function ${quoted(name)}${near ? `; did you mean ${near}?` : ''} Known: ${equationFunctions.join(', ')}`,
      );
    }
    const [least, most] = other === undefined ? [1, 1] : [other.least, other.most];
    if (args.length < least || args.length > most) {
      const wanted = least === most ? `${least}` : `${least} to ${most}`;
      throw new Error(`${name} takes ${wanted} argument${most === 1 ? '' : 's'}, got ${args.length}`);
    }
    const operands = args.map(inner);
    return one === undefined ? other!.build(operands) : folded(one, operands[0]);
  }
}

function constant(value: unknown): Expression {
  if (typeof value === 'boolean') return number(value ? 1 : 0);
  if (typeof value === 'number' && Number.isFinite(value)) return number(value);
  if (value === undefined) throw new Error('an operand is missing');
  throw new Error(`${typeof value === 'string' ? quoted(value) : String(value)} is not a finite number`);
}
