/**
 * SPICE text as ngspice reads it: random expressions over the whole language, in .param and in sources, and decks of nested
 * subcircuits with parameters of the same names, each answer beside that of the ngspice on this machine.
 *   npm run bench -- spice-language [expressions] [decks] [seed]
 */
import { compareExpressions, compareScopes, hasNgspice } from './spice-language/index.js';

const BATCH = 400;
const MAX_SHOWN = 20;

export async function run(args: readonly string[]): Promise<void> {
  const [expressions = 20_000, decks = 500, seed = 1] = args.map(Number);
  if (!hasNgspice()) {
    console.error('there is no ngspice on this machine; apt install ngspice');
    process.exitCode = 1;
    return;
  }
  const differences: string[] = [];
  const refused: string[] = [];
  let compared = 0;
  for (let from = 0; from < expressions; from += BATCH) {
    const found = compareExpressions(seed + from, Math.min(BATCH, expressions - from));
    compared += found.compared;
    differences.push(...found.differences);
    refused.push(...found.refused);
  }
  console.log(
    `${compared} expressions, ${differences.length} otherwise, ${refused.length} refused by ngspice`,
  );
  for (const line of [...differences, ...refused].slice(0, MAX_SHOWN)) console.log(`  ${line}`);
  const scopes = compareScopes(seed, decks);
  console.log(
    `${decks} decks of subcircuits, ${scopes.compared} voltages, ${scopes.differences.length} decks otherwise, ${scopes.refused.length} refused by ngspice`,
  );
  for (const text of [...scopes.differences, ...scopes.refused].slice(0, 3)) console.log(text);
}
