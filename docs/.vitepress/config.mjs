// The site of the documentation: `npm run docs` builds it into build/site, and fails on a dead link. Nothing on it is loaded from elsewhere:
// search, fonts and pictures are files of the site.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { defineConfig } from 'vitepress';

const docs = fileURLToPath(new URL('..', import.meta.url));
const root = join(docs, '..');
const { version, homepage } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const repository = homepage.replace(/#.*/, '');

/** What pages link outside docs/ is a file of the repository: there the site sends its readers. */
function linksToRepository(markdown) {
  markdown.core.ruler.push('links-to-repository', ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null;
      if (href === null || /^([a-z]+:|#|\/)/.test(href)) continue;
      const target = relative(docs, join(dirname(env.path), href));
      if (target.startsWith('..')) token.attrSet('href', `${repository}/blob/main/${target.slice(3)}`);
    }
  });
}

const guide = (text, name) => ({ text, link: `/guides/${name}` });
const result = (name) => ({ text: name[0].toUpperCase() + name.slice(1).replace(/-/g, ' '), link: `/results/${name}` });
const results = readdirSync(join(docs, 'results'))
  .filter((file) => file.endsWith('.md') && file !== 'README.md')
  .map((file) => result(file.replace('.md', '')));

export default defineConfig({
  title: 'ohmprop',
  description: 'Analog learning networks, simulated and on real boards',
  lang: 'en-GB',
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  // Where pages are served under a path: DOCS_BASE=/ohmprop/ for GitHub's.
  base: process.env.DOCS_BASE ?? '/',
  outDir: join(root, 'build/site'),
  cacheDir: join(root, 'node_modules/.cache/vitepress'),
  // Decisions are for who works on ohmprop: they are read in the repository.
  srcExclude: ['decisions/**', 'results/specification/**'],
  rewrites: { 'results/README.md': 'results/index.md' },
  markdown: { config: linksToRepository },
  // The demonstration is one file of its own; it wants the built kernels (npm run build).
  async buildEnd({ outDir }) {
    const { buildDemo } = await import(pathToFileURL(join(root, 'examples/browser/build.mjs')).href);
    await buildDemo(join(outDir, 'demo'));
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Start', link: '/start' },
      { text: 'Concepts', link: '/concepts' },
      { text: 'Troubleshooting', link: '/troubleshooting' },
      { text: `Version ${version}`, link: `${repository}/blob/main/CHANGELOG.md` },
    ],
    sidebar: [
      {
        text: 'Ways in',
        items: [
          { text: 'Start', link: '/start' },
          guide('Simulate a crossbar', 'crossbar'),
          guide('Calibrate a device', 'calibrate'),
          guide('Drive a board', 'board'),
          guide('From Python', 'python'),
          { text: 'In this page', link: '/demo' },
        ],
      },
      {
        text: 'Your own code',
        items: [
          guide('Add a device', 'add-a-device'),
          guide('Add an element model', 'add-an-element-model'),
          guide('Add an instrument', 'add-an-instrument'),
          guide('Add a policy', 'add-a-policy'),
        ],
      },
      {
        text: 'Going further',
        items: [
          { text: 'What one can type', link: '/commands' },
          { text: 'Concepts', link: '/concepts' },
          { text: 'A page that lives', link: '/watch' },
          { text: 'Studies on more machines', link: '/studies' },
          { text: 'Training that lasts the night', link: '/overnight' },
          { text: 'An array behind a switch matrix', link: '/switch-matrix' },
          { text: 'Troubleshooting', link: '/troubleshooting' },
          { text: 'How to cite', link: '/cite' },
        ],
      },
      { text: 'Results', link: '/results/', collapsed: true, items: results },
    ],
    socialLinks: [],
    docFooter: { prev: 'Before', next: 'Next' },
    footer: { message: 'Apache-2.0' },
  },
});
