import { type RawTable, type RawVariable, readSpiceDeck } from '../../circuits/spice/index.js';
import { formatQuantity, inputError } from '../../core/index.js';
import { NgspiceEngine } from '../../solver/ngspice/index.js';
import type { Answer } from '../frame/index.js';
import { type Io, printLine, warn } from '../io.js';
import { analysesOf } from './requests.js';
import { tableOutputs } from './results.js';

/** Hands a file to ngspice, and answers with what it gives. @param deadline s */
export async function runWithNgspice(
  io: Io,
  file: string,
  { deadline, rawText }: { deadline: number; rawText: boolean },
): Promise<Answer> {
  const deck = readSpiceDeck(file);
  const asked = analysesOf(deck);
  if (/^\s*\.step\b/im.test(deck)) {
    throw inputError(
      'circuit.usage',
      `${file} has a .step card, which ngspice does not know; ohmprop’s own engine carries it out`,
    );
  }
  if (asked.length === 0) {
    throw inputError(
      'circuit.no-analysis',
      `${file} asks ngspice for no analysis, so there is nothing to hand back; add a card, for instance .op`,
    );
  }
  const engine = await NgspiceEngine.start();
  try {
    printLine(
      io.stderr,
      `ngspice is at work; it is stopped after ${formatQuantity(deadline, 's')} (--deadline)`,
    );
    const vectors = await engine.run(deck, deadline);
    const title = deck.split('\n', 1)[0].trim();
    const variables = Object.entries(vectors).map(
      ([name, values]): RawVariable => ({ name, values, type: typeOf(name) }),
    );
    const points = variables[0]?.values.length ?? 0;
    const table: RawTable = { title, plotName: points > 1 ? 'ngspice' : 'Operating Point', variables };
    if (asked.length > 1) {
      const names = variables.map(({ name }) => name).slice(0, 3);
      warn(
        io,
        `${file} asks for ${asked.join(', ')}; ngspice hands back the vectors of one of them alone: ${names.join(', ')} … Ask for one at a time`,
      );
    }
    const shown =
      points === 1 ? variables.map(({ name, values }) => `  ${name.padEnd(20)} ${values[0]}`) : [];
    return {
      text: [`ngspice: ${variables.length} vectors of ${points} points`, ...shown].join('\n'),
      json: { title, engine: 'ngspice', ...(points === 1 ? { op: byName(table) } : { vectors }) },
      ...tableOutputs(table, rawText),
    };
  } finally {
    await engine.close();
  }
}

/** By ngspice's names: `v(a)`, `v-sweep`, `re(v(a))`, `i(v1)`, `v1#branch`, `time`, `frequency`. */
function typeOf(name: string): RawVariable['type'] {
  if (name === 'time' || name === 'frequency') return name;
  const bare = name.replace(/^(re|im)\(/, '');
  if (/^i(\(|-sweep)/.test(bare) || bare.includes('#branch')) return 'current';
  return /^v(\(|-sweep)/.test(bare) ? 'voltage' : 'notype';
}

/** The vectors of an operating point as `ohmprop` itself gives them. */
function byName({ variables }: RawTable): object {
  const pick = (prefix: string) =>
    Object.fromEntries(
      variables
        .filter(({ name }) => name.startsWith(prefix))
        .map(({ name, values }) => [name.slice(2, -1), values[0]]),
    );
  return { voltages_V: pick('v('), currents_A: pick('i(') };
}
