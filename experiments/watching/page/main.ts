import { CurvesView } from './curves-view.js';
import { DetailView } from './detail-view.js';
import { byId } from './elements.js';
import { RunList } from './run-list.js';
import { State } from './state.js';
import { StopButton } from './stop-button.js';
import { type Connection, listen } from './stream.js';

/** The page is drawn so often at most, ms; where motion is not wanted, once a second. */
const still = matchMedia('(prefers-reduced-motion: reduce)');
const everyMs = () => (still.matches ? 1000 : 200);

const state = new State();
const dark = matchMedia('(prefers-color-scheme: dark)');
const themeChoice = byId<HTMLSelectElement>('theme');
const hold = byId<HTMLButtonElement>('hold');

function theme(): string {
  if (themeChoice.value !== 'auto') return themeChoice.value;
  return dark.matches ? 'dark' : 'light';
}

const curves = new CurvesView(state);
const list = new RunList(state, () => draw(true));
const detail = new DetailView(state);
const stop = new StopButton(state);

/** Drawing takes so much of the time at most, and waits for the end of a scroll, ms. */
const MOST_SHARE = 0.15;
const SCROLL_ms = 250;
const SCROLL_most_ms = 3000;

let drawnAt = Number.NEGATIVE_INFINITY;
let took_ms = 0;
let scrolledAt = Number.NEGATIVE_INFINITY;
let waiting: number | undefined;

function draw(now = false): void {
  if (hold.getAttribute('aria-pressed') === 'true' && !now) return;
  const wait = now ? 0 : Math.max(0, everyMs() + took_ms / MOST_SHARE - (performance.now() - drawnAt));
  if (waiting !== undefined && !now) return;
  clearTimeout(waiting);
  const due = () => {
    waiting = undefined;
    const now_ms = performance.now();
    const scrolling = now_ms - scrolledAt < SCROLL_ms && now_ms - drawnAt < SCROLL_most_ms;
    if (scrolling && !now) waiting = window.setTimeout(due, SCROLL_ms);
    else requestAnimationFrame(drawAll);
  };
  waiting = window.setTimeout(due, wait);
}

function drawAll(): void {
  drawnAt = performance.now();
  const look = theme();
  document.documentElement.dataset.theme = look;
  byId('folder').textContent = state.folder;
  list.draw(look);
  curves.draw(look);
  detail.draw(look);
  stop.draw();
  took_ms = performance.now() - drawnAt;
}

const words: Record<Connection, string> = {
  wait: 'connecting…',
  live: 'live',
  lost: 'no line: figures are as they were; trying again',
};
listen(
  (event) => {
    state.take(event);
    draw();
  },
  (how) => {
    const connection = byId('connection');
    if (connection.dataset.state === how) return;
    connection.dataset.state = how;
    connection.textContent = words[how];
  },
);
// Maps may have been due while too little time had passed.
setInterval(() => draw(), 1000);

function toggleHold(): void {
  const held = hold.getAttribute('aria-pressed') !== 'true';
  hold.setAttribute('aria-pressed', String(held));
  draw(true);
}
const scrolled = () => {
  scrolledAt = performance.now();
};
document.addEventListener('scroll', scrolled, { capture: true, passive: true });
hold.addEventListener('click', toggleHold);
themeChoice.addEventListener('change', () => draw(true));
dark.addEventListener('change', () => draw(true));

document.addEventListener('keydown', (event) => {
  const typing = event.target instanceof HTMLInputElement && event.target.type === 'search';
  if (typing || event.altKey || event.ctrlKey || event.metaKey || document.querySelector('dialog[open]'))
    return;
  if (event.key === 'j') list.move(1);
  else if (event.key === 'k') list.move(-1);
  else if (event.key === 'h') toggleHold();
  else if (event.key === 'x') {
    const run = state.runs.get(state.focus ?? '');
    if (run !== undefined) state.choose([run], !run.drawn);
    draw(true);
  }
});
