import { fetchKernels } from 'ohmprop';
import { openCrossbarPanel } from './crossbar-panel.js';
import { elementOf, say } from './page-elements.js';
import { XorPanel } from './xor-panel.js';

/** Both demonstrations, once the kernels are there; what a browser lacks is said on the page. */
async function open(): Promise<void> {
  try {
    await fetchKernels('crossbar', 'layered');
    openCrossbarPanel();
    new XorPanel().open();
    document.documentElement.dataset.ready = 'true';
  } catch (error) {
    elementOf('trouble', HTMLElement).hidden = false;
    say(
      'trouble',
      `This page cannot compute here: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

void open();
