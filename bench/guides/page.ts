import { inputError } from '../../core/index.js';

/** What a reader does at one place of a page. */
export interface Step {
  /** Line of the page at which its block begins, from 1. */
  readonly line: number;
  readonly kind: 'type' | 'write';
  /** Commands, or what the file holds. */
  readonly text: string;
  /** Of `write`: its name. */
  readonly file?: string;
  /** Of `type`: what the page says is printed; nothing where it shows nothing. */
  readonly printed?: readonly string[];
  /** Exit code that the page tells of (0). */
  readonly exits: number;
  /** Serves until the guide is over. */
  readonly beside: boolean;
  /** Walked with a file of the reader's own, or not at all. */
  readonly yours: boolean;
  /** Why it is not walked. */
  readonly notWalked?: string;
}

interface Block {
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** The comment above it. */
  readonly remark: string;
}

/** Fenced blocks of a page, with the remark that stands above each. */
export function blocksOf(page: string): Block[] {
  const lines = page.split('\n');
  const blocks: Block[] = [];
  let remark = '';
  for (let k = 0; k < lines.length; k++) {
    const fence = /^( *)```([\w-]*)/.exec(lines[k]);
    const [, said] = /^<!-- (.*) -->$/.exec(lines[k]) ?? [];
    if (said !== undefined) remark = said;
    else if (fence !== null) {
      const end = lines.findIndex((line, at) => at > k && line.trim() === '```');
      if (end < 0) throw inputError('guide.fence', `line ${k + 1}: the block has no end`);
      const text = lines.slice(k + 1, end).map((line) => line.replace(fence[1], ''));
      blocks.push({ line: k + 1, language: fence[2], text: `${text.join('\n')}\n`, remark });
      k = end;
      remark = '';
    } else if (lines[k].trim() !== '') remark = '';
  }
  return blocks;
}

/** What a page has its reader do, in order. */
export function stepsOf(page: string): Step[] {
  const steps: Step[] = [];
  for (const { line, language, text, remark } of blocksOf(page)) {
    const [, file] = /^file: (\S+)$/.exec(remark) ?? [];
    const [, notWalked] = /^not walked: (.*)$/.exec(remark) ?? [];
    const plain = { line, text, exits: Number(/^exits (\d+)$/.exec(remark)?.[1] ?? 0) };
    const yours = remark === 'your file';
    if (file !== undefined) steps.push({ ...plain, kind: 'write', file, beside: false, yours: false });
    else if (language === 'sh') {
      const why = notWalked === undefined ? {} : { notWalked };
      steps.push({ ...plain, kind: 'type', beside: remark === 'beside', yours, ...why });
    } else if (language === 'text' && notWalked === undefined) {
      const last = steps.pop();
      if (last?.kind !== 'type' || last.printed !== undefined)
        throw inputError('guide.order', `line ${line}: what is printed stands after what is typed`);
      steps.push({ ...last, printed: text.trimEnd().split('\n') });
    }
  }
  return steps;
}

/**
 * The first line of a page that was not printed, in its order; nothing where all were.
 * @param shown lines of the page; `…` in one stands for anything, a line that is `…` for any lines
 */
export function firstMissing(shown: readonly string[], printed: string): string | undefined {
  const lines = printed.split('\n');
  let at = 0;
  for (const line of shown) {
    if (line.trim() === '' || line.trim() === '…') continue;
    const parts = line
      .trimEnd()
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const pattern = new RegExp(`^${parts.join('.*')}\\s*$`);
    const found = lines.findIndex((one, k) => k >= at && pattern.test(one));
    if (found < 0) return line;
    at = found + 1;
  }
  return undefined;
}
