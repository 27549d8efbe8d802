import { parseSpice } from '../../circuits/spice/index.js';
import { RandomStream } from '../../core/index.js';
import { solveOperatingPoint } from '../../solver/mna/index.js';
import { askNgspice } from './beside.js';
import { namesOfDeck, nodesOfDeck, randomExpression, type Where } from './expressions.js';
import { scopeDeck } from './scopes.js';

/** What was compared, and what came out otherwise: one line each. */
export interface Comparison {
  readonly compared: number;
  /** Those that ngspice has no answer to. */
  readonly refused: readonly string[];
  readonly differences: readonly string[];
}

const LARGEST = 1e9;
/** How far apart two answers may lie: what two orders of operations, and ngspice's conductance at every node, leave. */
const TOLERANCE = 1e-9;

const fixed = [
  'expressions',
  ...namesOfDeck,
  ...Object.entries(nodesOfDeck).map(([node, value]) => `V${node} ${node} 0 ${value}`),
];

function card(text: string, k: number, where: Where): string {
  return where === 'parameter' ? `V${k} a${k} 0 {${text}}` : `B${k} a${k} 0 V=${text}`;
}

/** Our value of an expression; undefined where it has none, or one that stands on an edge. */
function ours(text: string, where: Where): number | undefined {
  const at = (nudge: number): number | undefined => {
    const lines = fixed.map((line) =>
      line.replace(/^(Vn\w \S+ 0 )(.*)$/, (_, head, v) => `${head}${Number(v) * nudge}`),
    );
    try {
      const point = solveOperatingPoint(parseSpice([...lines, card(text, 1, where)].join('\n')));
      const value = point.voltages_V.a1;
      return point.status === 'settled' && Math.abs(value) < LARGEST ? value : undefined;
    } catch {
      return undefined;
    }
  };
  const value = at(1);
  if (where === 'parameter' || value === undefined) return value;
  const near = [at(1 + 1e-10), at(1 - 1e-10)];
  return near.every((other) => other !== undefined && Math.abs(other - value) <= 1e-6 * (1 + Math.abs(value)))
    ? value
    : undefined;
}

/** So many random expressions, in parameters and in sources, with one run of ngspice. */
export function compareExpressions(seed: number, count: number): Comparison {
  const random = new RandomStream(seed, 'expressions');
  const asked: { text: string; where: Where; value: number }[] = [];
  while (asked.length < count) {
    const where = asked.length % 2 === 0 ? 'parameter' : 'source';
    const text = randomExpression(random, where, 1 + random.integer(4));
    const value = ours(text, where);
    if (value !== undefined) asked.push({ text, where, value });
  }
  return compare(asked);
}

function compare(asked: readonly { text: string; where: Where; value: number }[]): Comparison {
  const cards = asked.map(({ text, where }, k) => card(text, k, where));
  const { table, said } = askNgspice([...fixed, ...cards, '.op', '.end', ''].join('\n'));
  if (table === undefined) {
    // One that ngspice refuses hides the others: look for it by halves.
    if (asked.length === 1) {
      const words = said.split('\n').filter((line) => /error|undefined|cannot/i.test(line))[0] ?? 'nothing';
      const told = `${cards[0]}: ${asked[0].value}, ngspice says ${words.trim()}`;
      return { compared: 1, refused: [told], differences: [] };
    }
    const half = asked.length >> 1;
    const [left, right] = [compare(asked.slice(0, half)), compare(asked.slice(half))];
    return {
      compared: asked.length,
      refused: [...left.refused, ...right.refused],
      differences: [...left.differences, ...right.differences],
    };
  }
  const values = new Map(table.variables.map(({ name, values }) => [name.toLowerCase(), values[0]]));
  const differences = asked.flatMap(({ value }, k) => {
    const theirs = values.get(`v(a${k})`) ?? Number.NaN;
    return Math.abs(value - theirs) <= TOLERANCE * (1 + Math.abs(theirs))
      ? []
      : [`${cards[k]}: ${value}, ngspice ${theirs}`];
  });
  return { compared: asked.length, refused: [], differences };
}

/** So many decks of nested subcircuits. */
export function compareScopes(seed: number, count: number): Comparison {
  const random = new RandomStream(seed, 'scopes');
  const differences: string[] = [];
  const refused: string[] = [];
  let compared = 0;
  for (let index = 0; index < count; index++) {
    const deck = scopeDeck(random.at(index), index);
    const { voltages_V } = solveOperatingPoint(parseSpice(deck));
    const { table, said } = askNgspice(deck);
    if (table === undefined) {
      refused.push(`${deck}\nngspice: ${said.slice(-400)}`);
      continue;
    }
    for (const { name, values } of table.variables) {
      const node = /^v\((.*)\)$/i.exec(name)?.[1].toLowerCase();
      if (node === undefined) continue;
      compared++;
      const mine = voltages_V[node] ?? Number.NaN;
      // Open ends: ngspice leaves gmin there.
      if (!(Math.abs(mine - values[0]) <= 1e-6 * (1 + Math.abs(values[0])))) {
        differences.push(`${deck}\n${node}: ${mine}, ngspice ${values[0]}`);
        break;
      }
    }
  }
  return { compared, refused, differences };
}
