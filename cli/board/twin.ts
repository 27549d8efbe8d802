import { z } from 'zod';
import { type BoardFile, boardFileText } from '../../calibration/boards/index.js';
import { inputError } from '../../core/index.js';
import { BoardClient } from '../../drivers/board/index.js';
import { calibrationFor, newestBoardCalibration } from '../../experiments/composition/index.js';
import { yesOption } from '../consent.js';
import { type Answer, defineCommand } from '../frame/index.js';
import { type Io, printLine } from '../io.js';
import { measureBoard, quickOption } from './measure-board.js';
import { lineOptions, lineTo, port } from './open-board.js';

export const twinCommand = defineCommand({
  options: z.strictObject({
    port,
    anew: z.boolean().default(false).meta({
      flag: '--anew',
      description: 'calibrate the board also where a calibration of it is kept',
    }),
    quick: quickOption,
    yes: yesOption,
    ...lineOptions,
  }),
  outputs: { '.json': 'the twin, name.board.json, for --device twin:name.board.json' },
  examples: [
    'ohmprop board twin /dev/ttyUSB0 -o a3.board.json',
    'ohmprop board twin virtual --board xor-nano --mismatch 50% -o a3.board.json',
  ],
  notes:
    'Looks where a calibration of the board is kept: the newest becomes the twin. Else, and with --anew, it calibrates the board first, which moves: see board calibrate.',
  async answer(asked, { io, asked: endings }): Promise<Answer> {
    if (!endings.has('.json')) throw inputError('board.twin', 'say where the twin goes: -o NAME.board.json');
    const kept = asked.anew || asked.port === 'virtual' ? undefined : await keptOf(io, asked);
    const file = kept ?? (await measureBoard(io, asked)).file;
    const { serial, profile, date, heldOut } = file;
    const of = `${profile} board ${serial} as calibrated on ${date.slice(0, 10)}`;
    const off = `readings were foretold within ${(1000 * heldOut.rms_V).toFixed(2)} mV rms`;
    return {
      text: `twin of ${of}: ${off}\ntrain on it: ohmprop train --device twin:FILE --board ${profile}; then on the board: ohmprop train --from RUN --device ${asked.port} --board ${profile}`,
      json: { serial, profile, date, measured: kept === undefined, heldOut },
      outputs: { '.json': () => boardFileText(file) },
    };
  },
});

/** The newest calibration that is kept of the board on a line; it is asked for its number alone. */
async function keptOf(io: Io, asked: Parameters<typeof lineTo>[0]): Promise<BoardFile | undefined> {
  const client = await BoardClient.open(lineTo(asked, io));
  await client.close();
  const kept = await newestBoardCalibration(client.identity).catch((error: Error) => {
    throw inputError('board.twin', `${error.message}; or say --anew to calibrate the board`, error);
  });
  if (kept === undefined) return undefined;
  const { firmware } = client.profile;
  const { warnings } = await calibrationFor(kept.path, { serial: client.identity, firmware });
  for (const warning of warnings) printLine(io.stderr, `${client.transport.name}: ${warning}`);
  return kept.file;
}
