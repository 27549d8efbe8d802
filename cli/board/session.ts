import { restDrive, writeDifferingTaps } from '../../devices/boards/index.js';
import type { BoardClient } from '../../drivers/board/index.js';

/**
 * A short session with a board, to be written down: line, memory, inputs and nudges, each seen at work. It opens no pots,
 * and puts the taps back.
 * @param check hears of each whether it was good
 */
export async function shortSession(
  client: BoardClient,
  check: (good: boolean, what: string) => void,
): Promise<void> {
  const { profile, use } = client;
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
    const rest = Int16Array.from(restDrive(profile, use).inputs_mV);
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
      inputs[i] = limit_mV;
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
}
