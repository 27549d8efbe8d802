import type { Command } from 'commander';
import { runError } from '../../core/index.js';
import { writeDifferingTaps } from '../../devices/boards/index.js';
import type { BoardClient } from '../../drivers/board/index.js';
import type { Io } from '../io.js';
import { addVirtualOptions, lineTo, type VirtualFlags, withBoard } from './open-board.js';

export function selftestCommand(command: Command, io: Io): void {
  addVirtualOptions(command)
    .argument('<port>', 'virtual, /dev/ttyUSB0, tcp://host:port')
    .action(async (port: string, flags: VirtualFlags) => {
      await withBoard(io, lineTo(port, flags), { keepsTaps: true }, async (client) => {
        const failed = await selftest(client, (text) => io.stdout.write(`${text}\n`));
        if (failed > 0) throw runError('board.selftest', `${client.transport.name}: ${failed} checks failed`);
      });
    });
}

/** Each check sees a part at work; returns how many failed. Taps are put back. */
export async function selftest(client: BoardClient, tell: (text: string) => void): Promise<number> {
  const { profile, use } = client;
  let failed = 0;
  const check = (good: boolean, text: string) => {
    if (!good) failed++;
    tell(`${good ? 'ok    ' : 'FAILED'} ${text}`);
  };
  const everyByte = Uint8Array.from({ length: 200 }, (_, i) => (i * 37) & 0xff);
  const echo = await client.ping(everyByte);
  check(Buffer.compare(echo, everyByte) === 0, 'line: 200 bytes come back as they went');

  const before = await client.readTaps();
  try {
    const taps = Uint8Array.from({ length: profile.pots }, (_, e) => 40 + ((e * 29) % 200));
    await client.writeTaps({ taps, residuals: new Int16Array(profile.pots) });
    const back = await client.readTaps();
    check(Buffer.compare(back.taps, taps) === 0, 'memory: taps come back as they were written');

    const limit_mV = Math.round(profile.inputLimit_V * 1000);
    const none = new Int16Array(use.outputs);
    const rest = profile.binaryInputs
      ? new Int16Array(use.inputs).fill(limit_mV)
      : new Int16Array(use.inputs);
    const read = async (inputs: Int16Array, nudges: Int16Array) => {
      await client.setInputs(inputs, nudges);
      return Array.from(await client.readNodes(), (value) => value / 8);
    };
    const quiet = await read(rest, none);
    const again = await read(rest, none);
    const drift = Math.max(...quiet.map((v, n) => Math.abs(v - again[n])));
    check(drift < 5, `converters: two readings at rest differ by ${drift.toFixed(1)} mV at most`);
    for (let i = 0; i < use.inputs; i++) {
      const inputs = rest.slice();
      inputs[i] = profile.binaryInputs ? -limit_mV : limit_mV;
      const moved = (await read(inputs, none)).map((v, n) => Math.abs(v - quiet[n]));
      const reached = moved.slice(0, profile.hidden).filter((v) => v > 3).length;
      check(reached > 0, `input ${i}: moves ${reached} of ${profile.hidden} hidden nodes`);
    }
    for (let k = 0; k < use.outputs; k++) {
      const nudges = none.slice();
      nudges[k] = Math.round(profile.nudgeLimit_V * 500);
      const up = (await read(rest, nudges))[profile.hidden + k] - quiet[profile.hidden + k];
      nudges[k] = -nudges[k];
      const down = (await read(rest, nudges))[profile.hidden + k] - quiet[profile.hidden + k];
      check(
        up > 3 && down < -3,
        `nudge ${k}: moves its output by ${up.toFixed(0)} and ${down.toFixed(0)} mV`,
      );
    }
    await client.setInputs(rest, none);
  } finally {
    await writeDifferingTaps(client, await client.readTaps(), before);
  }
  const { crcErrors, framingErrors, retries } = client.counts;
  check(crcErrors + framingErrors === 0, `link: ${crcErrors + framingErrors} errors, ${retries} retries`);
  return failed;
}
