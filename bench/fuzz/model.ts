import type { RandomStream } from '../../core/index.js';
import { type ElementExpressions, type ElementPoint, expressionModel } from '../../devices/elements/index.js';
import { mutateText, pick } from './mutate.js';
import type { Target } from './target.js';

const seeds = [
  'g*sinh(b*v)/b*x',
  'v > vt ? k*(v/vt - 1)^3 : 0',
  'x*v/r + (1 - x)*v/(10*r)',
  'tanh(v)*exp(-abs(v)/b) + min(x, 1, v)',
  '1e-3*v - sqrt(v^2 + 1)*step(v - vt)',
];
const words = [
  ...['v', 'x', 'i', 'g', 'b', 'vt', 'k', 'r', 'pi', 'e', '1e-3', '1e999', '0', '2'],
  ...[
    '+',
    '-',
    '*',
    '/',
    '^',
    '(',
    ')',
    '?',
    ':',
    '<',
    '>=',
    '==',
    ' and ',
    ' or ',
    'not ',
    '!',
    '=',
    ';',
    '%',
    '.^',
    "'",
  ],
  ...[
    'exp(',
    'log(',
    'sinh(',
    'max(',
    'pow(',
    'sum(',
    'ones(',
    'evaluate(',
    'createUnit(',
    'f(a)=',
    '[1,2]',
    '{a:1}',
    'a.b',
    'x[1]',
    '"t"',
    ' to cm',
    '1:3',
  ],
];
const operators = ['+', '-', '*', '/', '^', '<', '>', '==', ' and '];
const functions = ['exp', 'log', 'sinh', 'tanh', 'sqrt', 'abs', 'atan', 'step', 'cube', 'nosuch'];

/** Equations that users write: read, differentiated, compiled, and evaluated at some points. */
export const model: Target = {
  async prepare() {
    // loads what reads equations
    await expressionModel({ name: 'fuzz', current: 'v' });
  },
  make(random): ElementExpressions {
    const equation = () => {
      const text = random.integer(2) === 0 ? grown(random, random.integer(9)) : pick(random, seeds);
      return random.integer(4) === 0 ? text : mutateText(text, random, words, seeds);
    };
    return {
      name: 'fuzz',
      current: equation(),
      ...(random.integer(2) === 0 ? { rate: equation() } : {}),
      parameters: { g: 1e-4, b: { value: 1, min: 0.1, max: 10, unit: '1' }, vt: 0.5, k: 1, r: 1e4 },
    };
  },
  async take(input) {
    const element = await expressionModel(input as ElementExpressions);
    const point: ElementPoint = { current_A: 0, conductance_S: 0, stateSlope_A: 0 };
    for (const v of [-1, 0, 0.3]) {
      element.evaluate(v, 0.5, point);
      element.rate?.(v, point.current_A, 0.5);
    }
    return true;
  },
  kept: (input) => JSON.stringify(input),
};

function grown(random: RandomStream, depth: number): string {
  if (depth <= 0) return pick(random, words.slice(0, 14));
  const inner = () => grown(random, depth - 1 - random.integer(3));
  const kind = random.integer(6);
  if (kind < 3) return `${inner()}${pick(random, operators)}${inner()}`;
  if (kind === 3) return `${pick(random, functions)}(${inner()})`;
  if (kind === 4) return `(${inner()})`;
  return `(${inner()} > 0 ? ${inner()} : -${inner()})`;
}
