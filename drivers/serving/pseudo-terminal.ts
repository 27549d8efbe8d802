import { type ChildProcess, spawn } from 'node:child_process';
import { runError } from '../../core/index.js';

/** Opens a pseudo-terminal in raw mode, prints the other end's path on one line, then copies both ways. */
const pythonPty = `
import os, select, sys, tty
master, slave = os.openpty()
tty.setraw(slave)
tty.setraw(master)
sys.stderr.write("pty " + os.ttyname(slave) + "\\n")
sys.stderr.flush()
while True:
    ready, _, _ = select.select([0, master], [], [])
    for source, target in ((0, master), (master, 1)):
        if source in ready:
            data = os.read(source, 4096)
            if not data:
                sys.exit(0)
            os.write(target, data)
`;

/**
 * Opens a pseudo-terminal: bytes for it go into the helper's stdin, what is written to `path` comes out of its stdout.
 * @throws OhmpropError `line.pty` where neither socat nor python3 is there
 */
export async function openPty(): Promise<{ helper: ChildProcess; path: string }> {
  const attempts: [command: string, args: string[], pattern: RegExp][] = [
    ['socat', ['-d', '-d', 'pty,raw,echo=0', 'stdio'], /PTY is (\S+)/],
    ['python3', ['-c', pythonPty], /pty (\S+)/],
  ];
  for (const [command, args, pattern] of attempts) {
    const opened = await start(command, args, pattern);
    if (opened !== undefined) return opened;
  }
  throw runError(
    'line.pty',
    'no pseudo-terminal could be made: install socat (apt-get install socat) or python3',
  );
}

function start(
  command: string,
  args: string[],
  pattern: RegExp,
): Promise<{ helper: ChildProcess; path: string } | undefined> {
  return new Promise((resolve) => {
    const helper = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let text = '';
    helper.once('error', () => resolve(undefined));
    helper.once('exit', () => resolve(undefined));
    helper.stderr.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      const found = pattern.exec(text);
      if (found !== null) resolve({ helper, path: found[1] });
    });
  });
}
