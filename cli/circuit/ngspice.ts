import type { RawTable, RawVariable } from '../../circuits/spice/index.js';
import { inputError } from '../../core/index.js';
import { NgspiceEngine } from '../../solver/ngspice/index.js';
import { type Io, printJson, printLine, warn } from '../io.js';
import { analysesOf } from './requests.js';
import { writeTable } from './results.js';
import type { RunFlags } from './run-results.js';

/** How long ngspice may think about a deck, s. */
const DEADLINE_SECONDS = 600;

/** Hands a deck to ngspice, and prints what it gives. */
export async function runWithNgspice(io: Io, file: string, deck: string, flags: RunFlags): Promise<void> {
  const asked = analysesOf(deck);
  if (asked.length === 0) {
    throw inputError(
      'circuit.no-analysis',
      `${file} asks ngspice for no analysis, so there is nothing to hand back; add a card, for instance .op`,
    );
  }
  const engine = await NgspiceEngine.start();
  try {
    printLine(io.stderr, `ngspice is at work; it is stopped after ${DEADLINE_SECONDS} s`);
    const vectors = await engine.run(deck, DEADLINE_SECONDS);
    const title = deck.split('\n', 1)[0].trim();
    const variables = Object.entries(vectors).map(
      ([name, values]): RawVariable => ({ name, values, type: typeOf(name) }),
    );
    const points = variables[0]?.values.length ?? 0;
    const table: RawTable = { title, plotName: points > 1 ? 'ngspice' : 'Operating Point', variables };
    io.stderr.write(`ngspice: ${variables.length} vectors of ${points} points\n`);
    if (asked.length > 1) {
      warn(
        io,
        `${file} asks for ${asked.join(', ')}; ngspice hands back the vectors of one of them alone: ${variables
          .map(({ name }) => name)
          .slice(0, 3)
          .join(', ')} … Ask for one at a time`,
      );
    }
    await writeTable(io, table, flags);
    if (flags.json)
      printJson(io, { title, engine: 'ngspice', ...(points === 1 ? { op: byName(table) } : { vectors }) });
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
