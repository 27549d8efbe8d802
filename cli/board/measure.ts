import { z } from 'zod';
import { inputError } from '../../core/index.js';
import { nominalResistance_ohm } from '../../devices/boards/index.js';
import { PotMeter } from '../../drivers/board/index.js';
import { csvText } from '../../records/tables/index.js';
import { defineCommand, whole } from '../frame/index.js';
import { boardMapFigure, potSweepFigure, terminalNames } from './figures.js';
import { LOOKS } from './info.js';
import { identityOf, lineOptions, lineTo, port, withBoard } from './open-board.js';

export const mapCommand = defineCommand({
  options: z.strictObject({ port, ...lineOptions }),
  outputs: { '.csv': 'one line a potentiometer' },
  draws: 'all conductances, by their taps',
  examples: [
    'ohmprop board map /dev/ttyUSB0 -o map.svg --figure 85mm',
    'ohmprop board map virtual -o map.csv --json',
  ],
  notes: `${LOOKS} Conductances are those of the data sheet at the taps that are read.`,
  answer: (asked, { io }) =>
    withBoard(io, lineTo(asked, io), { board: asked.board }, async (client) => {
      const { profile, use } = client;
      const { taps } = await client.readTaps();
      const names = terminalNames(profile);
      const pots = Array.from(taps, (tap, pot) => ({
        pot,
        from: names[profile.from(pot)],
        to: names[profile.to(pot)],
        tap,
        nominal_S: 1 / nominalResistance_ohm(profile, tap),
      }));
      const table = csvText(
        ['pot', 'from', 'to', 'tap', 'nominal_S'],
        pots.map(({ pot, from, to, tap, nominal_S }) => [pot, from, to, tap, nominal_S]),
      );
      const title = `${profile.name} board ${client.identity}`;
      return {
        text: table,
        json: { ...identityOf(client), pots },
        outputs: { '.csv': () => table },
        figure: () => boardMapFigure(profile, use, taps, { title }),
      };
    }),
});

/** More taps than any potentiometer has. */
const MAX_POINTS = 256;

export const sweepCommand = defineCommand({
  options: z.strictObject({
    port,
    pot: whole(z.number().int().min(0)).meta({ flag: '--pot <n>', description: 'which, from 0' }),
    points: whole(z.number().int().min(2).max(MAX_POINTS).default(24)).meta({
      flag: '--points <n>',
      description: 'taps to measure, at equal ratios; where two are the same tap it is measured once',
    }),
    ...lineOptions,
  }),
  outputs: { '.csv': 'tap, measured and data-sheet conductance' },
  draws: 'conductance over tap, measured and by the data sheet',
  formerFlags: { '--plot': '--out' },
  examples: [
    'ohmprop board sweep /dev/ttyUSB0 --pot 12 -o pot12.csv -o pot12.svg',
    'ohmprop board sweep virtual --pot 3 --points 8 --json',
  ],
  notes:
    'Drives: inputs within the board’s limits, one potentiometer through its range, the others opened; afterwards, and after Ctrl-C, every tap is as it was.',
  answer: (asked, { io }) =>
    withBoard(io, lineTo(asked, io), { keepsTaps: true, board: asked.board }, async (client) => {
      const { tapMin, tapMax, pots, name } = client.profile;
      const { points, pot } = asked;
      if (pot >= pots) {
        throw inputError('board.pot', `--pot ${pot}: a ${name} board has pots 0 … ${pots - 1}`);
      }
      // Conductance goes as one over the tap: equal ratios, not equal steps.
      const ratio = (tapMax / tapMin) ** (1 / (points - 1));
      const taps = [...new Set(Array.from({ length: points }, (_, i) => Math.round(tapMin * ratio ** i)))];
      const measured_S = await new PotMeter(client).conductances_S(pot, taps);
      const nominal_S = taps.map((tap) => 1 / nominalResistance_ohm(client.profile, tap));
      const rows = taps.map((tap, i) => [tap, measured_S[i], nominal_S[i]]);
      const table = csvText(['tap', 'measured_S', 'nominal_S'], rows);
      return {
        text: table,
        json: {
          ...identityOf(client),
          pot,
          points: taps.map((tap, i) => ({ tap, measured_S: measured_S[i], nominal_S: nominal_S[i] })),
        },
        outputs: { '.csv': () => table },
        figure: () => potSweepFigure({ taps, measured_S, nominal_S }, { title: `potentiometer ${pot}` }),
      };
    }),
});
