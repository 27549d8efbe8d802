import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { blocksOf } from '../../bench/guides/page.js';
import { scratch } from '../scratch.js';
import { everyCommand, takesLine, wordsOf } from './commands-walked.js';

// Every line of ohmprop in a block of code of the README and the documentation, held against the program's own parser: commands and flags
// that are not there fail here. What guides print is walked by guides.test.ts; examples in the help by grammar.test.ts.

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md') && !/^(decisions|results)\//.test(file))
    .map((file) => `docs/${file}`),
];

/** Lines that call ohmprop: remarks, pipes and continuations taken apart. */
function linesOf(text: string): string[] {
  return text
    .replace(/\\\n\s*/g, ' ')
    .replace(/<<'(\w+)'\n[\s\S]*?\n\1(\n|$)/g, '\n')
    .split(/\n|&&|\|(?=\s)/)
    .map((line) => line.replace(/(^|\s)#.*/, '').trim())
    .filter((line) => /^(npx )?ohmprop\s/.test(line))
    .map((line) => line.replace(/^npx /, ''));
}

describe('lines in pages', async () => {
  const known = await everyCommand();
  const called = pages.flatMap((page) =>
    blocksOf(readFileSync(join(root, page), 'utf8'))
      .filter(({ language }) => language === 'sh')
      .flatMap(({ line, text }) => linesOf(text).map((one) => ({ page, line, one }))),
  );

  it('are commands and flags of the program', async () => {
    expect(called.length).toBeGreaterThan(80);
    const folders = scratch();
    const wrong: string[] = [];
    for (const [k, { page, line, one }] of called.entries()) {
      const words = wordsOf(one.replace(/…/g, 'x'));
      if (/^(--help|--version|help)$/.test(words[1])) continue;
      const command = known.find(
        ({ name }) => words.slice(1).join(' ').startsWith(`${name} `) || words.slice(1).join(' ') === name,
      );
      if (command === undefined) {
        wrong.push(`${page}, line ${line}: ${one}: no such command`);
        continue;
      }
      if (words.includes('--help')) continue;
      const cwd = join(folders, String(k));
      mkdirSync(cwd);
      for (const file of words.filter((word, at) => /\.ya?ml$/.test(word) && words[at - 1] !== '-o')) {
        const path = join(cwd, file);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, '{}\n');
      }
      await takesLine(command, words, cwd).catch((error: Error) =>
        wrong.push(`${page}, line ${line}: ${error.message}`),
      );
    }
    expect(wrong).toEqual([]);
  });
});
