import {
  initialise,
  pulseAndRead,
  pulseSelected,
  readMany,
  readOne,
  restart,
  select,
  setRead,
  version,
} from './basic-jobs.js';
import type { Board } from './board.js';
import type { Firmware } from './firmware.js';
import { chrono, converge, curveTracer, endurance, formFinder, multiBias } from './routines.js';
import { switchSeeker } from './switch-seeker.js';

/** What the instrument's firmware can be told, by the codes that its clients send. */
export const jobs: ReadonlyMap<string, (board: Board) => Firmware> = new Map([
  ['00', restart],
  ['0', initialise],
  ['01', setRead],
  ['02', select],
  ['04', pulseSelected],
  ['1', readOne],
  ['2', readMany],
  ['3', pulseAndRead],
  ['14', (board: Board) => formFinder(board, false)],
  ['141', (board: Board) => formFinder(board, true)],
  ['15', (board: Board) => switchSeeker(board, false)],
  ['152', (board: Board) => switchSeeker(board, true)],
  ['21', converge],
  ['50', multiBias],
  ['191', endurance],
  ['201', curveTracer],
  ['220', chrono],
  ['999', version],
]);
