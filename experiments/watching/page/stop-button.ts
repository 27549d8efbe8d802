import { byId, make } from './elements.js';
import type { State } from './state.js';
import { timeText } from './text.js';

/** Says something in a corner, to people and to screen readers; goes by itself. */
export function announce(text: string): void {
  const said = byId('said');
  said.textContent = text;
  said.hidden = false;
  setTimeout(() => {
    if (said.textContent === text) said.hidden = true;
  }, 15_000);
}

/** The button that makes hardware safe, once asked again. */
export class StopButton {
  private readonly button = byId<HTMLButtonElement>('stop');
  private readonly dialog = byId<HTMLDialogElement>('stop-dialog');
  private readonly yes = byId<HTMLButtonElement>('stop-yes');
  private shown = '';

  constructor(private readonly state: State) {
    void fetch('can').then(async (answer) => {
      this.button.hidden = !((await answer.json()) as { stop: boolean }).stop;
    });
    this.button.addEventListener('click', () => this.dialog.showModal());
    byId('stop-no').addEventListener('click', () => this.dialog.close());
    this.yes.addEventListener('click', () => void this.stop());
  }

  draw(): void {
    const { held } = this.state;
    const now = JSON.stringify(held);
    if (now === this.shown) return;
    this.shown = now;
    this.button.textContent =
      held.length === 0 ? 'Stop hardware…' : `Stop ${held.length === 1 ? '1 line' : `${held.length} lines`}…`;
    const none = 'No program of this machine holds a board or an instrument now.';
    byId('stop-held').replaceChildren(
      ...(held.length === 0
        ? [make('li', {}, none)]
        : held.map(({ address, what, pid, since }) =>
            make(
              'li',
              {},
              `${address}${what === undefined ? '' : `: ${what}`}, held by process ${pid} since ${timeText(since)}`,
            ),
          )),
    );
  }

  private async stop(): Promise<void> {
    this.yes.disabled = true;
    try {
      const answer = await fetch('stop', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"stop":"everything held here"}',
      });
      if (!answer.ok) throw new Error(await answer.text());
      const { texts } = (await answer.json()) as { texts: string[] };
      announce(texts.join('\n'));
    } catch (error) {
      announce(`Not stopped: ${(error as Error).message}\nType ohmprop board stop, or cut the supply.`);
    } finally {
      this.yes.disabled = false;
      this.dialog.close();
    }
  }
}
