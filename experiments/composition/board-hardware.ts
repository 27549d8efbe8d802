import type { ReadBoardFile } from '../../calibration/boards/index.js';
import type { AnalogBoard, BoardDifference, WiperWriting } from '../../devices/boards/index.js';
import { type BoardEvent, describeBoardEvent } from '../../drivers/board/index.js';
import { type CheckOptions, checkBoard, partsByCalibration, partsByDataSheet } from './check-board.js';
import type { Hardware, HardwareDifference } from './composition.js';
import type { LineBoard } from './line-board.js';
import { SpokenEvents } from './spoken-events.js';

/** Events of a board and writings to it as sentences, those before anybody listens kept for the first who does. */
export class BoardEventSource {
  private readonly events = new SpokenEvents();

  constructor(private readonly name: string) {}

  readonly take = (event: BoardEvent): void => this.say(describeBoardEvent(event));

  /** What is written to the board, beside the updates of its training. */
  readonly written = ({ wipers, of, what }: WiperWriting): void => {
    if (wipers > 0) this.say(`${wipers} of ${of} wipers are written: ${what}`);
    else this.say(`no wiper is written: all ${of} stand where they are wanted (${what})`);
  };

  /** It was lost, and came back elsewhere. */
  readonly moved = (from: string, to: string): void =>
    this.say(`the same board is on ${to} now, no longer on ${from}`);

  private say(sentence: string): void {
    this.events.say(`${this.name}: ${sentence}`);
  }

  listen(listener: (text: string) => void): () => void {
    return this.events.listen(listener);
  }
}

/** What runs need to know of the hardware behind a board: one on a line, or a simulated one without. */
export function boardHardware(
  device: AnalogBoard,
  lifetime: Hardware['lifetime'],
  events: BoardEventSource,
  board?: LineBoard,
  calibration?: ReadBoardFile,
  reading: Pick<CheckOptions, 'reads'> = {},
  masked: ReadonlySet<number> = new Set(),
): Hardware {
  return {
    lifetime,
    compare: async (state) => differenceOf(await device.compare(state), device.board.profile.pots),
    onEvent: (listener) => events.listen(listener),
    ...(board === undefined ? {} : lineFacts(board, device.clip, calibration, reading, masked)),
    ...(calibration === undefined ? {} : { calibration }),
  };
}

function lineFacts(
  board: LineBoard,
  clip: number,
  calibration: ReadBoardFile | undefined,
  reading: Pick<CheckOptions, 'reads'>,
  masked: ReadonlySet<number>,
): Pick<Hardware, 'identity' | 'lineFigures'> & Required<Pick<Hardware, 'line'>> {
  const { name, description } = board;
  const parts = calibration === undefined ? partsByDataSheet(board.profile) : partsByCalibration(calibration);
  const known = { ...parts, masked };
  return {
    identity: {
      line: name,
      serial: board.identity,
      firmware: description.firmware,
      boots: description.boots,
      calibration: calibration === undefined ? 'nominal' : calibration.file.date,
      ...(calibration === undefined
        ? {}
        : { calibrationSha256: calibration.sha256, profile: calibration.file.profile }),
    },
    lineFigures: () => {
      const { retries, crcErrors, framingErrors } = board.counts;
      return { errors: crcErrors + framingErrors, retries };
    },
    line: {
      clip,
      held: () => board.held(),
      tapsNow: () => board.tapsNow(),
      middle_V: () => board.middle_V(),
      check: () => checkBoard(board, known, { cause: true, ...reading }),
      reopen: () => board.reopen(),
      hurry: (seconds) => board.hurry(seconds),
    },
  };
}

function differenceOf(
  { equal, wipers, pots, lastUpdate, cutShort }: BoardDifference,
  of: number,
): HardwareDifference {
  const { here, inState } = lastUpdate;
  const parts = [
    `${wipers.length} of ${of} wipers differ`,
    ...(pots.length > wipers.length ? [`${pots.length - wipers.length} more by less than a tap`] : []),
    ...(here === inState ? [] : [`its last update is ${here}, not ${inState}`]),
    ...(cutShort === undefined ? [] : [`a reset cut update ${cutShort} off between two pots`]),
  ];
  return { equal, wipers: wipers.length, of, text: parts.join('; ') };
}
