import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import { formatQuantity, inputError } from '../../core/index.js';
import {
  defaultSilence_seconds,
  LineFaults,
  type ServedBoard,
  serveOnPty,
  serveOnTcp,
} from '../../drivers/virtual-board/index.js';
import { boardParts, virtualBoard } from '../../experiments/composition/index.js';
import { between, quantity, wholeBetween, zeroOrMore } from '../flags.js';
import { interruptionOf } from '../interruption.js';
import { type Io, printLine } from '../io.js';
import { addVirtualOptions, type VirtualFlags } from './open-board.js';

interface EmulateFlags extends VirtualFlags {
  pty?: boolean;
  tcp?: number;
  corrupt?: number;
  drop?: number;
  silence: number;
}

export function emulateCommand(command: Command, io: Io): void {
  addVirtualOptions(command)
    .option('--pty', 'on a pseudo-terminal, which looks like a serial port')
    .option('--tcp <port>', 'on a TCP port of this machine; 0 takes a free one', wholeBetween(0, 65535))
    .option('--corrupt <p>', 'share of bytes that are changed', quantity('1', between(0, 1)), 0)
    .option('--drop <p>', 'share of bytes that are lost', quantity('1', between(0, 1)), 0)
    .option(
      '--silence <time>',
      'let a client of --tcp go who has said nothing for so long, s; 0: never',
      quantity('s', zeroOrMore),
      defaultSilence_seconds,
    )
    .action((flags) => emulate(io, flags));
}

async function emulate(io: Io, flags: EmulateFlags): Promise<void> {
  const { board, seed, mismatch, pty, tcp, corrupt = 0, drop = 0, silence } = flags;
  if ((pty === true) === (tcp !== undefined)) {
    throw inputError('board.emulate', 'say where: --pty, or --tcp PORT');
  }
  const parts = boardParts(
    {
      kind: 'board',
      device: 'virtual',
      profile: board,
      parts: 'drawn',
      clip: 4,
      updates: 'board',
      ...(mismatch === undefined ? {} : { mismatch }),
    },
    seed,
  );
  const faults = new LineFaults(seed, { corrupt, drop });
  const virtual = virtualBoard(parts, seed);
  const served = pty
    ? await serveOnPty(virtual, { faults })
    : await serveOnTcp(virtual, {
        port: tcp ?? 0,
        faults,
        silence_seconds: silence,
        tell: (text) => printLine(io.stderr, text),
      });
  printLine(io.stdout, served.address);
  const oneAtATime = pty
    ? ''
    : `; one client at a time${silence > 0 ? `, let go after ${formatQuantity(silence, 's')} of silence` : ''}`;
  printLine(io.stderr, `virtual ${board} board, ${parts.name}${oneAtATime}; Ctrl-C ends it`);
  await ended(io, served, faults);
  await served.close();
  if (io.signal?.aborted) throw interruptionOf(io.signal);
}

/** Waits for Ctrl-C or "quit"; obeys what is said on stdin until then. */
function ended(io: Io, served: ServedBoard, faults: LineFaults): Promise<void> {
  const { stdin, signal } = io;
  const input = stdin === undefined ? undefined : createInterface({ input: stdin });
  const orders: Record<string, (value: number) => void> = {
    stall: (seconds) => served.paced.stall(seconds),
    reset: () => served.paced.powerCycle(),
    corrupt: (p) => {
      faults.rates = { ...faults.rates, corrupt: p };
    },
    drop: (p) => {
      faults.rates = { ...faults.rates, drop: p };
    },
  };
  return new Promise((resolve) => {
    const end = () => {
      input?.close();
      // Closed alone, a line that nobody ends keeps the process.
      if (stdin instanceof Readable) stdin.destroy();
      resolve();
    };
    if (signal?.aborted) return end();
    signal?.addEventListener('abort', end, { once: true });
    // A terminal that has gone away is no order to end.
    stdin?.on('error', () => {});
    input?.on('line', (line) => {
      const [word, value] = line.trim().split(/\s+/);
      if (word === 'quit') end();
      else if (Object.hasOwn(orders, word)) orders[word](Number(value ?? 0));
      else if (word !== '')
        io.stderr.write(`"${word}" is not one of ${Object.keys(orders).join(', ')}, quit\n`);
    });
  });
}
