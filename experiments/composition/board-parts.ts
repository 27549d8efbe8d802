import { inputError } from '../../core/index.js';
import { type BoardParts, boardProfile, drawParts, nominalParts } from '../../devices/boards/index.js';
import { NumberedBoardTransport, serialOf } from '../../drivers/board/index.js';
import {
  type LineLog,
  SerialTransport,
  TcpTransport,
  type Transport,
} from '../../drivers/transport/index.js';
import { InProcessTransport, VirtualBoard } from '../../drivers/virtual-board/index.js';
import { SolvedBoard } from '../../solver/board/index.js';
import type { BoardConfig } from '../schema/index.js';
import { checkBoardName, isSimulatedBoard } from './board-name.js';

/** The parts of a simulated or virtual board that a configuration describes. @param seed of its hardware */
export function boardParts(config: BoardConfig, seed: number): BoardParts {
  const profile = boardProfile(config.profile);
  if (config.parts === 'nominal') return nominalParts(profile);
  const { mismatch } = config;
  return drawParts(profile, config.partsSeed ?? seed, mismatch === undefined ? {} : { mismatch });
}

/** A virtual board whose analog side is solved. */
export function virtualBoard(parts: BoardParts, seed: number): VirtualBoard {
  return new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed });
}

/**
 * The line to a board: `virtual`, tcp://host:port, a serial port, or serial:NUMBER. Nothing is opened.
 * @param log writes down what goes over it
 * @throws OhmpropError `board.name` where there can be no such line
 */
export function boardTransport(config: BoardConfig, seed: number, log?: LineLog): Transport {
  const line = lineOf(config, seed);
  return log === undefined ? line : log.watch(line);
}

function lineOf(config: BoardConfig, seed: number): Transport {
  const { device } = config;
  checkBoardName(device);
  if (isSimulatedBoard(device)) {
    throw inputError(
      'board.name',
      'a simulated board is on no line; virtual is one that is, with its own firmware inside',
    );
  }
  if (device === 'virtual') return new InProcessTransport(virtualBoard(boardParts(config, seed), seed));
  if (serialOf(device) !== undefined) return new NumberedBoardTransport(device);
  return device.startsWith('tcp:') ? TcpTransport.of(device) : new SerialTransport(device);
}
