import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { referenceBoard } from '../../devices/boards/index.js';
import { committedFirmware, readIntelHex, serveOnTcp } from '../../drivers/virtual-board/index.js';
import { ohmprop } from './command-line.js';
import { newBoard } from './emulated-board.js';

// `board flash` with the avrdude that is installed: a bootloader of STK500 version 1 (Optiboot's; AVR061) behind a pseudo-terminal, and the
// emulated board behind the same one as soon as nobody programs it.

const has = (command: string, ...args: string[]) => spawnSync(command, args).error === undefined;

const OK = [0x14, 0x10];
/** Replies between INSYNC and OK, and how many bytes follow each command before its end mark, by number. */
const commands: Readonly<Record<number, { bytes: number; says?: (asked: Uint8Array) => number[] }>> = {
  48: { bytes: 0 }, // get sync
  65: { bytes: 1, says: ([which]) => [which === 0x81 ? 4 : which === 0x82 ? 4 : 3] }, // get parameter
  66: { bytes: 20 }, // set device
  69: { bytes: 5 }, // set device, extended
  80: { bytes: 0 }, // enter programming
  81: { bytes: 0 }, // leave it
  85: { bytes: 2 }, // load address
  86: { bytes: 4, says: () => [0] }, // universal
  117: { bytes: 0, says: () => [0x1e, 0x95, 0x0f] }, // signature of an ATmega328P
};

/** A bootloader: takes what is sent, answers, and tells when it has been left. */
class Bootloader {
  readonly flash = new Uint8Array(32 * 1024).fill(0xff);
  written = 0;
  private came: number[] = [];
  private address = 0;

  constructor(
    private readonly send: (bytes: number[]) => void,
    private readonly onLeft: () => void,
  ) {}

  take(bytes: Uint8Array): void {
    this.came.push(...bytes);
    while (this.answered());
  }

  private answered(): boolean {
    const [command, high, low, memory] = this.came;
    if (command === undefined) return false;
    // Program or read a page: length (high byte first) and 'F', then its bytes.
    if (command === 100 || command === 116) {
      const length = (high << 8) | low;
      const whole = 4 + (command === 100 ? length : 0) + 1;
      if (memory === undefined || this.came.length < whole) return false;
      const [from, to] = [this.address, this.address + length];
      if (command === 100) {
        this.flash.set(this.came.slice(4, 4 + length), from);
        this.written += length;
      }
      this.came = this.came.slice(whole);
      this.send([OK[0], ...(command === 100 ? [] : this.flash.slice(from, to)), OK[1]]);
      return true;
    }
    const known = commands[command];
    if (known === undefined) {
      this.came.shift();
      return true;
    }
    if (this.came.length < known.bytes + 2) return false;
    const asked = Uint8Array.from(this.came.slice(1, 1 + known.bytes));
    this.came = this.came.slice(known.bytes + 2);
    if (command === 85) this.address = 2 * (asked[0] | (asked[1] << 8));
    this.send([OK[0], ...(known.says?.(asked) ?? []), OK[1]]);
    if (command === 81) this.onLeft();
    return true;
  }
}

/** The end of a pseudo-terminal for others. */
function opened(helper: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    helper.once('exit', () => reject(new Error(said)));
    helper.stderr?.on('data', (bytes: Buffer) => {
      said += bytes;
      const path = /PTY is (\S+)/.exec(said)?.[1];
      if (path !== undefined) resolve(path);
    });
  });
}

describe.skipIf(!has('avrdude', '-v') || !has('socat', '-V'))(
  'board flash with a real avrdude (where it and socat are)',
  () => {
    it('writes the image that belongs to the board, which avrdude reads back, and asks the board again', async () => {
      const board = newBoard({ seed: 2 });
      const served = await serveOnTcp(board, { port: 0 });
      const helper = spawn('socat', ['-d', '-d', 'pty,raw,echo=0', 'stdio'], {
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      try {
        const line: Socket = connect(Number(served.address.split(':')[2]), '127.0.0.1');
        line.on('data', (bytes) => helper.stdin.write(bytes));
        let programming = false;
        const bootloader = new Bootloader(
          (bytes) => helper.stdin.write(Uint8Array.from(bytes)),
          () => {
            programming = false;
          },
        );
        helper.stdout.on('data', (bytes: Buffer) => {
          // What avrdude says first; no frame of the board's protocol is like it.
          programming ||= bytes[0] === 0x30 && bytes[1] === 0x20;
          if (programming) bootloader.take(bytes);
          else line.write(bytes);
        });
        const address = await opened(helper);
        const { code, stdout, stderr } = await ohmprop(['board', 'flash', address, '--yes'], {
          env: { PATH: process.env.PATH ?? '' },
        });
        expect(stderr).toMatch(/bytes of flash verified/);
        expect(stdout).toMatch(
          /reference board V0000002 has firmware 2\.\d+\.\d+, written and read back by avrdude \d/,
        );
        expect(stdout).toMatch(/all taps are as they were/);
        expect(code).toBe(0);
        const image = readIntelHex(committedFirmware(referenceBoard.firmware), 'reference.hex');
        const end = image.findLastIndex((byte) => byte !== 0xff) + 1;
        expect(bootloader.written).toBeGreaterThanOrEqual(end);
        expect(Buffer.compare(bootloader.flash.subarray(0, end), image.subarray(0, end))).toBe(0);
        line.destroy();
      } finally {
        helper.kill();
        await served.close();
      }
    }, 120_000);
  },
);
