import { spawn } from 'node:child_process';
import { inputError, runError } from '../../core/index.js';

/** How fast bootloaders of an ATmega328P are spoken to, baud: Optiboot (Uno, Nano since 2018), ATmegaBOOT (Nano before). */
export const bootloaderRates = ['115200', '57600'] as const;

/** The arguments by which avrdude writes an image and reads it back; the rest of the flash and the EEPROM stay. */
export function avrdudeArguments(
  port: string,
  file: string,
  rate: (typeof bootloaderRates)[number],
): string[] {
  // No -V: what was written is read back and compared. -D: a bootloader cannot erase the chip.
  return [...['-p', 'm328p', '-c', 'arduino', '-P', port, '-b', rate], ...['-D', '-U', `flash:w:${file}:i`]];
}

/** As a shell would take it. */
export function commandText(command: string, args: readonly string[]): string {
  return [command, ...args].map((word) => (/^[\w./:=+,-]+$/.test(word) ? word : `'${word}'`)).join(' ');
}

/** What gets avrdude where it is not. */
const howToInstall =
  'install it: "sudo apt install avrdude" or "sudo dnf install avrdude" on Linux, "brew install avrdude" on macOS, "winget install AVRDudes.AVRDUDE" on Windows; or put the one of the Arduino IDE on PATH';

/** Asks avrdude which version it is. @throws OhmpropError `board.avrdude` where there is none */
export async function avrdudeVersion(env: Readonly<Record<string, string | undefined>>): Promise<string> {
  // It says its version with any command line, and that this one asks for nothing.
  const { said } = await runAvrdude(['-v'], env).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw inputError('board.avrdude', `avrdude is not on PATH; ${howToInstall}`);
  });
  const version = /version\s+(\d+(?:\.\d+)*)/i.exec(said)?.[1];
  if (version !== undefined) return version;
  throw inputError('board.avrdude', `"avrdude -v" does not say which version it is; ${howToInstall}`);
}

/** Runs avrdude to its end: its exit code, and all that it said. */
export function runAvrdude(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  told: (text: string) => void = () => {},
): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('avrdude', [...args], {
      env: { ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let said = '';
    const take = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-100_000);
      told(chunk.toString());
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, said }));
  });
}

/** Why avrdude failed, by what it said. */
export function avrdudeError(port: string, code: number | null, said: string) {
  const last = said.trim().split(/\r?\n/).slice(-3).join(' / ').slice(-300);
  const remedy = /not in sync|programmer is not responding/i.test(said)
    ? 'the bootloader does not answer: try --rate 57600 (a Nano from before 2018), take out a capacitor between RESET and GND, unplug what is on pins 0 and 1'
    : /verif/i.test(said) && /mismatch|error/i.test(said)
      ? 'what is in the flash is not what was written: flash it again before the board is used'
      : /permission denied|busy/i.test(said)
        ? 'the port is in use, or not open to you: ohmprop doctor says how'
        : 'look at what it said; the board may have no firmware now: flash it again';
  return runError(
    'board.flash',
    `${port}: avrdude ${code === null ? 'was ended by a signal' : `failed (exit code ${code})`}: ${last}; ${remedy}`,
  );
}
