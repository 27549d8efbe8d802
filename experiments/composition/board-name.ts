import { existsSync } from 'node:fs';
import { inputError, nearestWord, quoted } from '../../core/index.js';

/** Boards that are made for a command, and go with it. */
const MADE = ['virtual', 'simulated-board'];
const KINDS =
  'virtual, simulated-board, twin:FILE.board.json, a port such as /dev/ttyUSB0, serial:V0000001, tcp://host:port, or a device of a module (--use)';

/** Whether a board is made for whoever names it, rather than there. */
export function isMadeBoard(device: string): boolean {
  return MADE.includes(device) || twinFile(device) !== undefined;
}

/** The calibration of which a device `twin:FILE` is made; undefined for others. */
export function twinFile(device: string): string | undefined {
  return device.startsWith('twin:') ? device.slice('twin:'.length) : undefined;
}

/** Whether a board is solved alone, without firmware or a line. */
export function isSimulatedBoard(device: string): boolean {
  return device === 'simulated-board' || twinFile(device) !== undefined;
}

/** Whether a board of that name was there before the command that names it. */
export function describeLifetime(device: string): 'persistent' | 'made-for-this' {
  return isMadeBoard(device) ? 'made-for-this' : 'persistent';
}

/**
 * Refuses a name that can be no board's, before anything is opened.
 * @throws OhmpropError `board.name`, with the name that was meant where one is near
 */
export function checkBoardName(device: string): void {
  if (device.trim() === '')
    throw inputError(
      'board.name',
      `no device named; name one: ${KINDS}. A shell variable that is not set leaves an empty name`,
    );
  // A port is a path, or COM3 on Windows; anything else may still be a file here.
  if (isMadeBoard(device) || /[/\\]|^(tcp|serial):|^COM\d+$/i.test(device) || existsSync(device)) return;
  const port = `/dev/${device}`;
  const near = existsSync(port) ? port : nearestWord(device, MADE);
  const meant = near === undefined ? `name one: ${KINDS}` : `did you mean ${near}?`;
  throw inputError('board.name', `there is no device ${quoted(device)}; ${meant}`);
}

/** Refuses a board that nobody else can reach: it would be made only to be stopped. @throws OhmpropError `board.name` */
export function checkStandingBoard(device: string): void {
  checkBoardName(device);
  if (!isMadeBoard(device)) return;
  throw inputError(
    'board.name',
    `there is no such board to stop: a ${device === 'virtual' ? 'virtual' : 'simulated'} board lives inside the command that uses it; end that one (Ctrl-C), or name a port or tcp://host:port`,
  );
}
