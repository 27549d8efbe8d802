import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** By path: a folder of sources may be called runs too. */
const skipped = /^(\.git|node_modules|dist|build|coverage|runs)$/;

/** Every file of the repository, relative to its root; nothing that is built or installed. */
function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return skipped.test(path) ? [] : filesUnder(path);
  });
}

const files = filesUnder('');
const folders = new Set(files.flatMap((file) => parents(file)));
const topFolders = [...folders].filter((folder) => !folder.includes('/'));
const pages = files.filter((file) => file.endsWith('.md'));
const readmes = pages.filter((page) => basename(page) === 'README.md');
const scripts = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }).scripts;

function parents(file: string): string[] {
  const folder = dirname(file);
  return folder === '.' ? [] : [folder, ...parents(folder)];
}

function textOf(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

/** What a run, a download, `init` or a reader writes: named in pages, but no files of the repository; and bare endings. */
const written =
  /^(\.\w+$|(calibrate|cell|crossbar|mine|my[\w-]*)\.(yaml|json|mjs)$|config\.yaml|manifest\.json|metrics\.jsonl|state\.json|checkpoints\/|figures\/|logs\/|runs\/)/;
const sourceFile = /\.(ts|mjs|cjs|c|h|sh|md|json|yaml|txt)$/;

/** Words in backticks that can only be meant as a file or folder of the repository; blocks of code left out. */
function namedFiles(page: string): string[] {
  const prose = textOf(page).replace(/```[\s\S]*?```/g, '');
  const words = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, word]) => word);
  return words.filter(
    (word) =>
      /^[\w.*/-]+$/.test(word) &&
      !written.test(word) &&
      (sourceFile.test(word) || word.endsWith('/') || topFolders.some((top) => word.startsWith(`${top}/`))),
  );
}

/** Whether a name, `*` for any part of it, stands for something beside the page or under the root. */
function exists(name: string, page: string): boolean {
  const source = name.replace(/^dist\/(.*)\.js$/, '$1.ts').replace(/\/$/, '');
  return [join(dirname(page), source), source].some((path) => {
    const pattern = normalize(path).split('*').map(escaped).join('[^/]*');
    const whole = new RegExp(`^${pattern}$`);
    return folders.has(normalize(path)) || files.some((file) => whole.test(file));
  });
}

function escaped(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}

describe('pages', () => {
  it('name files and folders that exist', () => {
    // results also name what a measurement wrote
    const checked = pages.filter((page) => !page.startsWith('docs/results/'));
    const named = checked.flatMap((page) => namedFiles(page).map((name) => ({ page, name })));
    expect(named.length).toBeGreaterThan(200);
    const missing = named.filter(({ page, name }) => !exists(name, page));
    expect(missing.map(({ page, name }) => `${page}: ${name}`)).toEqual([]);
  });

  it('and so do comments in the code, where they give a path from the root', () => {
    const named = files
      .filter((file) => /\.(ts|mjs|cjs|c|h|yaml)$/.test(file))
      .flatMap((file) =>
        textOf(file)
          .split('\n')
          .filter((line) => /^\s*(\/\*\*?|\*|\/\/|#) /.test(line))
          .flatMap((line) => line.match(/(?<![\w./-])[a-z-]+(?:\/[\w-]+)+(?:\.\w+)*/g) ?? [])
          .filter((name) => topFolders.includes(name.split('/')[0]))
          .map((name) => ({ file, name })),
      );
    expect(named.length).toBeGreaterThan(25);
    const known = (name: string) =>
      exists(name, '.') || exists(`${name}.*`, '.') || name.startsWith('bench/results/');
    expect(named.filter(({ name }) => !known(name))).toEqual([]);
  });

  it('link to what is there', () => {
    const links = pages.flatMap((page) =>
      [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, target]) => target.split('#')[0])
        .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
        .map((target) => ({ page, target })),
    );
    expect(links.length).toBeGreaterThan(10);
    const broken = links.filter(({ page, target }) => !existsSync(join(root, dirname(page), target)));
    expect(broken.map(({ page, target }) => `${page}: ${target}`)).toEqual([]);
  });

  it('ask for scripts that package.json has', () => {
    const asked = pages.flatMap((page) =>
      [...textOf(page).matchAll(/npm run (?:--silent )?([\w-]+)/g)].map(([, script]) => ({ page, script })),
    );
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter(({ script }) => !Object.hasOwn(scripts, script))).toEqual([]);
  });

  it('import names that their face exports', () => {
    const api = new Map(
      readFileSync(join(root, 'test/golden/api.txt'), 'utf8')
        .trimEnd()
        .split('\n\n')
        .map((block) => block.split('\n'))
        .map(([face, ...lines]) => [face, lines.map((line) => line.trim().split(' ')[1])]),
    );
    const imported = pages.flatMap((page) =>
      [...textOf(page).matchAll(/import \{([^}]+)\} from '(ohmprop[^']*)'/g)].flatMap(([, names, face]) =>
        names.split(',').map((name) => ({ page, face, name: name.trim() })),
      ),
    );
    expect(imported.length).toBeGreaterThan(4);
    expect(imported.filter(({ face, name }) => !api.get(face)?.includes(name))).toEqual([]);
  });
});

describe('folders', () => {
  // Tests and golden numbers are described by the page of `test`.
  const described = [...folders].filter(
    (folder) =>
      !/^(test|docs|firmware)\//.test(folder) &&
      files.some((file) => dirname(file) === folder && file.endsWith('.ts')),
  );

  it('each have a page', () => {
    expect(described.length).toBeGreaterThan(50);
    expect(described.filter((folder) => !readmes.includes(`${folder}/README.md`)).sort()).toEqual([]);
  });

  it('say what they are on at most 30 lines', () => {
    const long = readmes.filter(
      (page) => page !== 'README.md' && textOf(page).trimEnd().split('\n').length > 30,
    );
    expect(long).toEqual([]);
  });
});
