import { connect } from 'node:net';
import { type HeldLine, listenersOf, stopWord } from './held-lines.js';

/** What became of asking: confirmed by the device; not; no answer in time; or nobody listens. */
export type HolderAnswer = 'confirmed' | 'unconfirmed' | 'silent' | 'gone';

/** What counts where several are asked: who tries in vain for a line that another has says that nothing was confirmed, or is gone. */
const weight: Readonly<Record<HolderAnswer, number>> = { confirmed: 3, silent: 2, unconfirmed: 1, gone: 0 };

/**
 * Asks every process that has a line open to stop what is there; the first that confirms it ends the asking.
 * @param wait_ms for an answer
 * @returns nothing where none is alive
 */
export async function askHolder(
  address: string,
  wait_ms: number,
): Promise<{ answer: HolderAnswer; holder: HeldLine } | undefined> {
  const holders = listenersOf(address);
  if (holders.length === 0) return undefined;
  return new Promise((resolve) => {
    const answers: { answer: HolderAnswer; holder: HeldLine }[] = [];
    for (const { held: holder, socket } of holders) {
      void askOne(socket, wait_ms).then((answer) => {
        answers.push({ answer, holder });
        if (answer === 'confirmed') resolve({ answer, holder });
        if (answers.length < holders.length) return;
        answers.sort((a, b) => weight[b.answer] - weight[a.answer]);
        resolve(answers[0]);
      });
    }
  });
}

function askOne(path: string, wait_ms: number): Promise<HolderAnswer> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let text = '';
    let connected = false;
    const end = (answer: HolderAnswer) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end(connected ? 'silent' : 'gone'), wait_ms);
    socket.on('connect', () => {
      connected = true;
      socket.write(stopWord);
    });
    socket.on('error', () => end('gone'));
    socket.on('data', (bytes) => {
      text += bytes.toString();
      if (text.includes('\n')) end(text.startsWith('confirmed') ? 'confirmed' : 'unconfirmed');
    });
    socket.on('close', () => end('gone'));
  });
}
