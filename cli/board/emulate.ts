import { z } from 'zod';
import { formatQuantity, inputError } from '../../core/index.js';
import {
  defaultSilence_seconds,
  LineFaults,
  type ServedBoard,
  serveOnPty,
  serveOnTcp,
} from '../../drivers/virtual-board/index.js';
import { boardParts, virtualBoard } from '../../experiments/composition/index.js';
import { bare, ended, forSeconds, type Order, ofShare } from '../emulator-orders.js';
import { type Answer, defineCommand, quantity, whole } from '../frame/index.js';
import { interruptionOf } from '../interruption.js';
import { type Io, printLine } from '../io.js';
import { type AskedBoard, boardOptions, virtualConfig } from './open-board.js';

const share = (flag: string, description: string) =>
  quantity('1', z.number().min(0).max(1).default(0)).meta({ flag, description });

export const emulateCommand = defineCommand({
  options: z.strictObject({
    pty: z.boolean().default(false).meta({
      flag: '--pty',
      description: 'on a pseudo-terminal, which looks like a serial port',
    }),
    tcp: whole(z.number().int().min(0).max(65535).optional()).meta({
      flag: '--tcp <port>',
      description: 'on a TCP port of this machine; 0 takes a free one',
    }),
    corrupt: share('--corrupt <p>', 'share of bytes that are changed'),
    drop: share('--drop <p>', 'share of bytes that are lost'),
    dtrReset: z.boolean().default(false).meta({
      flag: '--dtr-reset',
      description: 'opening it resets its processor, as DTR does on an Arduino: each client of --tcp',
    }),
    bootloader: quantity('s', z.number().min(0).max(10).optional()).meta({
      flag: '--bootloader <time>',
      description: 'with --dtr-reset: how long it is deaf after a reset (500 ms)',
    }),
    silence: quantity('s', z.number().min(0).optional()).meta({
      flag: '--silence <time>',
      description: `let a client of --tcp go who has said nothing for so long (${formatQuantity(defaultSilence_seconds, 's')}); 0: never`,
    }),
    ...boardOptions,
  }),
  examples: ['ohmprop board emulate --tcp 0', 'ohmprop board emulate --pty --board xor-nano --corrupt 0.1%'],
  notes:
    'Touches no hardware. The address is printed at once; then it serves until Ctrl-C. Told faults on stdin: stall S, unplug S, reset (power off and on), brownout, dtr, corrupt P, drop P, quit.',
  answer: (asked, { io }) => emulate(io, asked),
});

interface AskedEmulator extends AskedBoard {
  readonly pty: boolean;
  readonly tcp?: number;
  readonly corrupt: number;
  readonly drop: number;
  readonly silence?: number;
  readonly dtrReset: boolean;
  readonly bootloader?: number;
}

async function emulate(io: Io, asked: AskedEmulator): Promise<Answer> {
  const { seed = 1, pty, tcp, corrupt, drop, silence = defaultSilence_seconds } = asked;
  if (pty === (tcp !== undefined)) {
    throw inputError('board.emulate', 'say where: --pty, or --tcp PORT');
  }
  if (pty && asked.silence !== undefined) {
    throw inputError('board.emulate', '--silence: is for --tcp, whose clients come one after the other');
  }
  if (pty && asked.dtrReset) {
    throw inputError(
      'board.emulate',
      '--dtr-reset: is for --tcp; a pseudo-terminal does not tell when it is opened',
    );
  }
  if (!asked.dtrReset && asked.bootloader !== undefined) {
    throw inputError('board.emulate', '--bootloader: is for a board that is reset by --dtr-reset');
  }
  const resetPin = { bootloader_seconds: asked.bootloader ?? 0.5 };
  const config = virtualConfig(asked);
  const parts = boardParts(config, seed);
  const faults = new LineFaults(seed, { corrupt, drop });
  const virtual = virtualBoard(parts, seed);
  const served = pty
    ? await serveOnPty(virtual, { faults })
    : await serveOnTcp(virtual, {
        port: tcp ?? 0,
        faults,
        silence_seconds: silence,
        ...(asked.dtrReset ? { dtrReset: resetPin } : {}),
        tell: (text) => printLine(io.stderr, text),
      });
  const oneAtATime = pty
    ? ''
    : `; one client at a time${silence > 0 ? `, let go after ${formatQuantity(silence, 's')} of silence` : ''}`;
  const percent = (share: number) => `${Number((100 * share).toPrecision(6))} %`;
  const damage =
    corrupt === 0 && drop === 0
      ? ''
      : `; of its bytes ${percent(corrupt)} are changed, ${percent(drop)} lost`;
  return {
    text: served.address,
    json: {
      address: served.address,
      board: config.profile,
      parts: parts.name,
      seed,
      corrupt,
      drop,
      ...(asked.dtrReset ? { dtrReset: true, bootloader_s: resetPin.bootloader_seconds } : {}),
      ...(pty ? {} : { silence_s: silence }),
    },
    givesUp: () => served.close(),
    async goesOn() {
      printLine(
        io.stderr,
        `virtual ${config.profile} board, ${parts.name}${damage}${oneAtATime}; Ctrl-C ends it`,
      );
      try {
        await ended(io, ordersOf(io, served, faults));
      } finally {
        await served.close();
      }
      if (io.signal?.aborted) throw interruptionOf(io.signal);
    },
  };
}

/** What the board is told on stdin. */
function ordersOf(io: Io, served: ServedBoard, faults: LineFaults): Record<string, Order> {
  return {
    stall: forSeconds((seconds) => served.paced.stall(seconds)),
    reset: bare(() => served.paced.powerCycle()),
    brownout: bare(() => served.paced.brownOut()),
    dtr: bare(() => served.paced.resetPin()),
    unplug: forSeconds((seconds) => {
      if (served.unplug !== undefined) served.unplug(seconds);
      else printLine(io.stderr, 'a pseudo-terminal has no cable to pull: unplug is for --tcp');
    }),
    corrupt: ofShare((corrupt) => {
      faults.rates = { ...faults.rates, corrupt };
    }),
    drop: ofShare((drop) => {
      faults.rates = { ...faults.rates, drop };
    }),
  };
}
