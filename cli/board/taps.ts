import { z } from 'zod';
import { inputError } from '../../core/index.js';
import { readRegularFile } from '../../core/input/index.js';
import { type BoardProfile, nominalResistance_ohm } from '../../devices/boards/index.js';
import { columnOf, csvText, placeIn, readNumericTable } from '../../records/tables/index.js';
import { requireConsent, yesOption } from '../consent.js';
import { defineCommand } from '../frame/index.js';
import { LOOKS } from './info.js';
import { identityOf, lineOptions, lineTo, port, withBoard } from './open-board.js';

export const readCommand = defineCommand({
  options: z.strictObject({ port, ...lineOptions }),
  outputs: { '.csv': 'a table that board write takes' },
  examples: ['ohmprop board read /dev/ttyUSB0 -o taps.csv', 'ohmprop board read virtual --json'],
  notes: LOOKS,
  answer: (asked, { io }) =>
    withBoard(io, lineTo(asked, io), { board: asked.board }, async (client) => {
      const { taps, residuals } = await client.readTaps();
      const pots = Array.from(taps, (tap, pot) => ({
        pot,
        tap,
        residual_tap: residuals[pot] / 256,
        nominal_S: 1 / nominalResistance_ohm(client.profile, tap),
      }));
      const rows = pots.map(({ pot, tap, residual_tap, nominal_S }) => [
        pot,
        tap,
        residual_tap.toFixed(3),
        nominal_S.toExponential(5),
      ]);
      const table = csvText(['pot', 'tap', 'residual_tap', 'nominal_S'], rows);
      return { text: table, json: { ...identityOf(client), pots }, outputs: { '.csv': () => table } };
    }),
});

export const writeCommand = defineCommand({
  options: z.strictObject({
    port,
    taps: z.array(z.string()).min(1, 'needs taps: pot=tap, or a CSV file').meta({
      argument: '<taps...>',
      kind: 'taps',
      description: 'pot=tap, several of them: 5=128 6=40; or a CSV file with columns pot and tap',
    }),
    yes: yesOption,
    ...lineOptions,
  }),
  examples: [
    'ohmprop board write /dev/ttyUSB0 5=128 6=40',
    'ohmprop board write tcp://127.0.0.1:5025 taps.csv --yes --json',
  ],
  notes:
    'Moves: potentiometers stay where they are put for as long as the board has its supply, also through resets. It says how many, and goes on with --yes or a yes at the terminal; a virtual board, made for the command, is not asked about.',
  answer: (asked, { io }) =>
    withBoard(io, lineTo(asked, io), { board: asked.board }, async (client) => {
      const { profile, transport } = client;
      const wanted = await requestedTaps(asked.taps, profile);
      const state = await client.readTaps();
      const pots = [...wanted.keys()]
        .filter((pot) => state.taps[pot] !== wanted.get(pot) || state.residuals[pot] !== 0)
        .sort((a, b) => a - b);
      const moves = pots.map((pot) => ({ pot, from: state.taps[pot], to: wanted.get(pot) ?? 0 }));
      if (moves.length > 0 && asked.port !== 'virtual') {
        const what = `${transport.name}: moves ${moves.length} of ${profile.pots} potentiometers of ${profile.name} board ${client.identity} (${movesText(moves)}); inputs stay at 0 V`;
        await requireConsent(io, what, asked.yes);
      }
      for (const { pot, to } of moves) {
        state.taps[pot] = to;
        state.residuals[pot] = 0;
      }
      if (moves.length > 0) await client.writeTaps(state, pots);
      const same = wanted.size - moves.length;
      return {
        text: `${moves.length} ${moves.length === 1 ? 'potentiometer' : 'potentiometers'} set${same === 0 ? '' : `, ${same} as they were`}`,
        json: { ...identityOf(client), moved: moves, unchanged: same },
      };
    }),
});

/** Moves that a line names one by one. */
const MAX_SHOWN = 6;

function movesText(moves: readonly { pot: number; from: number; to: number }[]): string {
  const steps = moves.reduce((sum, { from, to }) => sum + Math.abs(to - from), 0);
  const shown = moves.slice(0, MAX_SHOWN).map(({ pot, from, to }) => `${pot}: ${from} → ${to}`);
  const more = moves.length > MAX_SHOWN ? ', …' : '';
  return `${shown.join(', ')}${more}; ${steps} wiper ${steps === 1 ? 'step' : 'steps'}`;
}

/** A whole number is all that a tap can be; what else stands after `=` is no file's name. */
const pairForm = /^\s*([^=\s]*)\s*=\s*(.*?)\s*$/;

async function requestedTaps(words: readonly string[], profile: BoardProfile): Promise<Map<number, number>> {
  const wanted = new Map<number, number>();
  const set = (where: string, pot: number, tap: number, given = String(tap)) => {
    if (!Number.isInteger(pot) || pot < 0 || pot >= profile.pots) {
      throw inputError(
        'board.pot',
        `${where}: a ${profile.name} board has pots 0 … ${profile.pots - 1}, got ${Number.isNaN(pot) ? 'nothing' : pot}`,
      );
    }
    if (!Number.isInteger(tap) || tap < profile.tapMin || tap > profile.tapMax) {
      throw inputError(
        'board.tap',
        `${where}: taps go from ${profile.tapMin} to ${profile.tapMax}, got ${given} for pot ${pot}${Number.isInteger(tap) ? '' : '; a tap is a whole number'}`,
      );
    }
    if (wanted.has(pot)) {
      throw inputError('board.taps', `${where}: pot ${pot} is given twice; name each pot once`);
    }
    wanted.set(pot, tap);
  };
  for (const word of words) {
    const pair = pairForm.exec(word);
    if (pair !== null && !/\.csv$/i.test(word)) {
      const [, pot, tap] = pair;
      if (!/^\d+$/.test(pot)) {
        throw inputError('board.pot', `${word}: write pot=tap, both whole numbers, for instance 5=128`);
      }
      set(word, Number(pot), /^\d+$/.test(tap) ? Number(tap) : Number.NaN, tap === '' ? 'nothing' : tap);
      continue;
    }
    const bytes = await readRegularFile(word, { most_bytes: 2 ** 24 }).catch((cause: Error) => {
      throw inputError('board.taps', `${word}: write pot=tap, or name a CSV file (${cause.message})`, cause);
    });
    const code = 'board-taps';
    const table = readNumericTable(bytes, { file: word, code, remarks: 'anywhere' });
    const pots = columnOf(table, 'pot', code).values;
    const taps = columnOf(table, 'tap', code).values;
    if (table.lines.length === 0) {
      throw inputError(
        'board.taps',
        `${word}: it has columns pot and tap, but no row; name at least one pot`,
      );
    }
    const shown = (value: number) => (Number.isNaN(value) ? 'nothing' : String(value));
    for (const [i, line] of table.lines.entries())
      set(placeIn(word, line), pots[i] ?? Number.NaN, taps[i] ?? Number.NaN, shown(taps[i] ?? Number.NaN));
  }
  return wanted;
}
