import { type OhmpropError, runError } from '../../core/index.js';

/** What a system says of a port that cannot be opened, what that is, and what helps. */
interface PortTrouble {
  readonly said: RegExp;
  readonly code: string;
  readonly remedy: (path: string) => string;
}

/**
 * The first that fits. Texts are those of serialport's bindings: errno of Linux and macOS, and on Windows "Access denied", which
 * means an open port there, "File not found", or the number of the system's error.
 */
const troubles: readonly PortTrouble[] = [
  {
    said: /access (is )?denied/i,
    code: 'line.in-use',
    remedy: () => 'in use by another program, a serial monitor for instance: close that one',
  },
  {
    said: /permission|EACCES|operation not permitted/i,
    code: 'line.permission',
    remedy: () =>
      process.platform === 'darwin'
        ? 'you may not open it: look at its owner with "ls -l"'
        : 'you may not open it: run "sudo usermod -aG dialout $USER" (on Arch: uucp) and log in again',
  },
  {
    said: /lock|busy|temporarily unavailable|sharing violation/i,
    code: 'line.in-use',
    remedy: () => 'in use by another program: close that one',
  },
  {
    said: /no such file|ENOENT|ENXIO|no such device|file not found|cannot find the file/i,
    code: 'line.not-there',
    remedy: () => 'it is not there: "ohmprop board list" shows the ports that are',
  },
  {
    said: /inappropriate ioctl|not a typewriter|ENOTTY|is a directory|not a (tty|serial)/i,
    code: 'line.no-port',
    remedy: () => 'that is no serial port: "ohmprop board list" shows the ports that are',
  },
  {
    said: /baud ?rate/i,
    code: 'line.rate',
    remedy: () =>
      'this adapter cannot do the rate that the board speaks: use another adapter, or its newer driver',
  },
  {
    // 31: a device attached to the system is not functioning. 121: the semaphore timeout period has expired. 433, 1167: gone.
    said: /error code (31|121|433|1167)\b|input\/output error|EIO\b/i,
    code: 'line.adapter',
    remedy: () =>
      'the adapter does not answer the system: unplug it, plug it in again, and look at its driver',
  },
];

const MAX_NAMED = 3;

/**
 * Why a serial port could not be opened, for people.
 * @param others who has it open, as far as the system tells
 */
export function portError(path: string, error: Error, others: readonly string[] = []): OhmpropError {
  const text = error.message.replace(/^(Error: ?)+/, '');
  const trouble = troubles.find(({ said }) => said.test(text));
  const who = trouble === undefined || trouble.code === 'line.in-use' ? whoText(others) : '';
  const remedy = trouble?.remedy(path) ?? 'look at the cable and at what else uses the port';
  return runError(trouble?.code ?? 'line.port', `${path}: ${text}; ${remedy}${who}`, error);
}

/** Some of them: of a file that is no port, everybody may have it open. */
function whoText(others: readonly string[]): string {
  if (others.length === 0) return '';
  const more = others.length > MAX_NAMED ? ` and ${others.length - MAX_NAMED} more` : '';
  return ` (${others.slice(0, MAX_NAMED).join(', ')}${more})`;
}
