import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Imports by which a test is held to be nearer for each word of the file's path that its name has. */
const WORD = 2;

/** Imports by which tests of the command line, slow as they are, are held to be farther away than they are. */
const COMMAND_LINE = 6;

/** Which test files reach a source file by imports, the nearest first. */
export class RelatedTests {
  private readonly importsOf = new Map<string, string[]>();

  /** @param tests paths below `root` */
  constructor(
    private readonly root: string,
    private readonly tests: readonly string[],
  ) {}

  of(file: string): string[] {
    return this.tests
      .map((test) => ({ test, distance: this.distanceOf(test, file) }))
      .filter(({ distance }) => Number.isFinite(distance))
      .sort((a, b) => a.distance - b.distance || a.test.localeCompare(b.test))
      .map(({ test }) => test);
  }

  private distanceOf(test: string, file: string): number {
    const words = new Set(wordsOf(file));
    const shared = wordsOf(test).filter((word) => words.has(word)).length;
    const slow = this.distance(test, 'cli/program.ts') < 4 ? COMMAND_LINE : 0;
    return this.distance(test, file) + slow - WORD * shared;
  }

  /** Number of imports on the shortest way from one file to another; Infinity where there is none. */
  private distance(from: string, to: string): number {
    let edge = [from];
    const seen = new Set(edge);
    for (let distance = 0; edge.length > 0; distance++) {
      if (edge.includes(to)) return distance;
      edge = edge.flatMap((file) => this.imports(file)).filter((file) => !seen.has(file));
      edge = [...new Set(edge)];
      for (const file of edge) seen.add(file);
    }
    return Number.POSITIVE_INFINITY;
  }

  private imports(file: string): readonly string[] {
    const known = this.importsOf.get(file);
    if (known !== undefined) return known;
    const text = readFileSync(join(this.root, file), 'utf8');
    const found = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)]
      .map(([, specifier]) => normalize(join(dirname(file), specifier)).replace(/\.js$/, '.ts'))
      .filter((path) => existsSync(join(this.root, path)));
    this.importsOf.set(file, found);
    return found;
  }
}

/** Of a path, without what it ends with. */
function wordsOf(path: string): string[] {
  return path.replace(/(\.test)?\.ts$/, '').split(/[^a-z0-9]+/);
}
