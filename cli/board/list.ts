import { z } from 'zod';
import { OhmpropError } from '../../core/index.js';
import { type BoardRun, type KnownBoard, knownBoards, lastRunOn } from '../../drivers/board/index.js';
import { heldLines, listPorts, type SerialPortInfo } from '../../drivers/transport/index.js';
import { newestBoardCalibration } from '../../experiments/composition/index.js';
import { defineCommand } from '../frame/index.js';

export const listCommand = defineCommand({
  options: z.strictObject({
    known: z.boolean().default(false).meta({
      flag: '--known',
      description:
        'boards that this machine has had on a line: where, when, starts, wiper steps so far, calibration, last run',
    }),
  }),
  examples: ['ohmprop board list', 'ohmprop board list --known --json'],
  notes: 'Looks: no port is opened.',
  async answer({ known }) {
    const boards = knownBoards();
    const held = heldLines();
    if (known) {
      const more = new Map<string, KnownMore>();
      for (const { serial } of boards) more.set(serial, await moreOf(serial));
      return {
        text:
          boards.length === 0
            ? 'no board has been on a line of this machine yet'
            : boards
                .map((board) =>
                  knownText(
                    board,
                    more.get(board.serial),
                    held.some(({ address }) => address === board.line),
                  ),
                )
                .join('\n'),
        json: {
          boards: boards.map(({ kind: _, format: __, ...board }) => ({
            ...board,
            heldBy: held.find(({ address }) => address === board.line)?.pid ?? null,
            calibration: more.get(board.serial)?.calibration ?? null,
            lastRun: runOf(more.get(board.serial)),
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

/** What is kept of a board beside what it said. */
interface KnownMore {
  readonly calibration?: { readonly date: string; readonly file: string } | { readonly unreadable: string };
  readonly run?: BoardRun;
}

async function moreOf(serial: string): Promise<KnownMore> {
  const run = lastRunOn(serial);
  const found = await newestBoardCalibration(serial)
    .then((newest) => newest && { date: newest.file.date, file: newest.path })
    .catch((error: unknown) => {
      if (!(error instanceof OhmpropError)) throw error;
      return { unreadable: error.message };
    });
  return {
    ...(found === undefined ? {} : { calibration: found }),
    ...(run === undefined ? {} : { run }),
  };
}

function runOf(more: KnownMore | undefined): { run: string; at: string } | null {
  return more?.run === undefined ? null : { run: more.run.run, at: more.run.at };
}

function calibrationText(calibration: KnownMore['calibration']): string {
  if (calibration === undefined) return 'not calibrated';
  if ('unreadable' in calibration) return `its calibration cannot be read: ${calibration.unreadable}`;
  return `calibrated on ${calibration.date.slice(0, 10)} (${calibration.file})`;
}

function knownText(board: KnownBoard, more: KnownMore | undefined, held: boolean): string {
  const { serial, profile, firmware, line, seen, boots, steps, lastUpdate } = board;
  return `serial:${serial}  ${profile} board, firmware ${firmware}; ${boots} ${boots === 1 ? 'start' : 'starts'}, ${steps} wiper ${steps === 1 ? 'step' : 'steps'}, last update ${lastUpdate}; on ${line} at ${seen.slice(0, 16)}${held ? ', held now' : ''}\n    ${calibrationText(more?.calibration)}; ${more?.run === undefined ? 'no run known' : `last run ${more.run.run}, ${more.run.at.slice(0, 16)}`}`;
}
