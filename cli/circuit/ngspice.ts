import type { RawTable, RawVariable } from '../../circuits/spice/index.js';
import { NgspiceEngine } from '../../solver/ngspice/index.js';
import { type Io, printJson } from '../io.js';
import { writeTable } from './results.js';
import type { RunFlags } from './run-results.js';

/** Hands a deck to ngspice, and prints what it gives. */
export async function runWithNgspice(io: Io, deck: string, flags: RunFlags): Promise<void> {
  const engine = await NgspiceEngine.start();
  try {
    const vectors = await engine.run(deck, 600);
    const title = deck.split('\n', 1)[0].trim();
    const variables = Object.entries(vectors).map(
      ([name, values]): RawVariable => ({ name, values, type: typeOf(name) }),
    );
    const points = variables[0]?.values.length ?? 0;
    const table: RawTable = { title, plotName: points > 1 ? 'ngspice' : 'Operating Point', variables };
    io.stderr.write(`ngspice: ${variables.length} vectors of ${points} points\n`);
    await writeTable(io, table, flags);
    if (flags.json)
      printJson(io, { title, engine: 'ngspice', ...(points === 1 ? { op: byName(table) } : { vectors }) });
  } finally {
    await engine.close();
  }
}

function typeOf(name: string): RawVariable['type'] {
  if (name === 'time') return 'time';
  return name.startsWith('i(') ? 'current' : 'voltage';
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
