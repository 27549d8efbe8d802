// Before a release: that the tag, package.json, CITATION.cff, docs/cite.md and the newest heading of CHANGELOG.md say the same version, and that this
// heading has a date. `node .ci/release-check.mjs v0.2.0 [--notes]`; with --notes prints what CHANGELOG.md says of it.
import { readFileSync } from 'node:fs';

const [tag = '', option] = process.argv.slice(2);
const textOf = (file) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
const changes = textOf('CHANGELOG.md');
const [, newest, date] = /^## (\d+\.\d+\.\d+\S*)(?: – (\d{4}-\d\d-\d\d))?$/m.exec(changes) ?? [];
const said = {
  'the tag': tag.replace(/^v/, ''),
  'package.json': JSON.parse(textOf('package.json')).version,
  'CITATION.cff': /^version: (.*)$/m.exec(textOf('CITATION.cff'))?.[1],
  'docs/cite.md': /version = \{(.*)\}/.exec(textOf('docs/cite.md'))?.[1],
  'CHANGELOG.md': newest,
};
const versions = new Set(Object.values(said));
const wrong = [
  ...(versions.size === 1 ? [] : Object.entries(said).map(([where, version]) => `${where} says ${version}`)),
  ...(date === undefined ? [`CHANGELOG.md: ${newest} has no date`] : []),
];
if (wrong.length > 0) {
  console.error(wrong.join('\n'));
  process.exit(1);
}
if (option === '--notes') console.log(changes.split(/^## /m)[1].split('\n').slice(1).join('\n').trim());
