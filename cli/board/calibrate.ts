import { z } from 'zod';
import { boardFileText } from '../../calibration/boards/index.js';
import { yesOption } from '../consent.js';
import { type Answer, defineCommand } from '../frame/index.js';
import { calibrationText } from './calibration-text.js';
import { measureBoard, quickOption } from './measure-board.js';
import { lineOptions, port } from './open-board.js';

export const calibrateCommand = defineCommand({
  options: z.strictObject({ port, quick: quickOption, yes: yesOption, ...lineOptions }),
  outputs: { '.json': 'the calibration, name.board.json' },
  examples: [
    'ohmprop board calibrate /dev/ttyUSB0 --yes',
    'ohmprop board calibrate virtual --board xor-nano-as-drawn --seed 7 -o a7.board.json',
  ],
  notes:
    'Moves: every wiper through all its taps, inputs and nudges over their range, at rest while wipers move; finds converters, switches, pumps, diodes, the resistance of every pot at every tap and how fast nodes settle, each with its interval, tells boards of one firmware apart, and says what cannot be known. It asks first; taps from before are kept in a file and put back exactly, also after Ctrl-C. The calibration is kept under boards/SERIAL in OHMPROP_LAB (default the user’s data), one file a date: runs on the board use the newest, --calibration names another or none.',
  async answer(asked, { io }): Promise<Answer> {
    const { file, path } = await measureBoard(io, asked);
    const text = boardFileText(file);
    const { serial, profile, date } = file;
    return {
      text: [
        `board ${serial}: ${profile}, ${date.slice(0, 16).replace('T', ' ')} UTC`,
        calibrationText(file),
      ].join('\n'),
      json: {
        ...file,
        pots: file.pots.map(({ resistance_ohm: _, sigma: __, ...pot }) => pot),
        kept: path ?? null,
      },
      outputs: { '.json': () => text },
    };
  },
});
