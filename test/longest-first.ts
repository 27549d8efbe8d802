import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files of a quarter of a minute and more; by their size alone some of them would begin last, and be waited for with a core idle. */
const longest = [
  'flags-have-effect',
  'boards-survive',
  'settings-have-effect',
  'supervised',
  'board-proof',
  'board-journal',
  'board-learning',
  'trial-places',
  'board-calibrate',
  'board-verify',
  'board-twin',
  'study',
];

/** The longest test files first, then as vitest has it: by what it remembers, or by size. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = longest.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return found < 0 ? longest.length : found;
    };
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
