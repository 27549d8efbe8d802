import { z } from 'zod';
import { type KnownBoard, knownBoards } from '../../drivers/board/index.js';
import { heldLines, listPorts, type SerialPortInfo } from '../../drivers/transport/index.js';
import { defineCommand } from '../frame/index.js';

export const listCommand = defineCommand({
  options: z.strictObject({
    known: z.boolean().default(false).meta({
      flag: '--known',
      description: 'boards that this machine has had on a line: where, when, starts, wiper steps so far',
    }),
  }),
  examples: ['ohmprop board list', 'ohmprop board list --known --json'],
  notes: 'Looks: no port is opened.',
  async answer({ known }) {
    const boards = knownBoards();
    const held = heldLines();
    if (known) {
      return {
        text:
          boards.length === 0
            ? 'no board has been on a line of this machine yet'
            : boards
                .map((board) =>
                  knownText(
                    board,
                    held.some(({ address }) => address === board.line),
                  ),
                )
                .join('\n'),
        json: {
          boards: boards.map(({ kind: _, format: __, ...board }) => ({
            ...board,
            heldBy: held.find(({ address }) => address === board.line)?.pid ?? null,
          })),
        },
      };
    }
    const ports = await listPorts();
    return {
      text:
        ports.length === 0
          ? 'no serial ports; a virtual board needs none: ohmprop board info virtual'
          : ports.map((port) => portText(port, boards)).join('\n'),
      json: {
        ports: ports.map((port) => {
          const board = boardAt(port, boards);
          return board === undefined ? port : { ...port, lastBoard: board.serial };
        }),
      },
    };
  },
});

function portText(port: SerialPortInfo, boards: readonly KnownBoard[]): string {
  const { path, stable, description } = port;
  const board = boardAt(port, boards);
  const last =
    board === undefined
      ? ''
      : `  ${board.profile} board serial:${board.serial}, on ${board.seen.slice(0, 10)}`;
  return `${stable === undefined ? path : `${stable} (${path})`}  ${description}${last}`;
}

/** The board that was on a port last; what is there now only asking it would tell. */
function boardAt({ path, stable }: SerialPortInfo, boards: readonly KnownBoard[]): KnownBoard | undefined {
  return boards.find(({ line }) => line === path || line === stable);
}

function knownText(board: KnownBoard, held: boolean): string {
  const { serial, profile, firmware, line, seen, boots, steps, lastUpdate } = board;
  return `serial:${serial}  ${profile} board, firmware ${firmware}; ${boots} starts, ${steps} wiper steps, last update ${lastUpdate}; on ${line} at ${seen.slice(0, 16)}${held ? ', held now' : ''}`;
}
