import { SECOND_MS } from '../../src/base/units.ts';
import type { PlayerClock } from '../core/ports.ts';
import { pageElement } from './page-element.ts';
import type { Fact } from './panel-facts.ts';

/** Opens and closes the state panel on the key `i`; refreshes it each second while it is open. */
export function statePanel(clock: PlayerClock, version: string, facts: () => Promise<readonly Fact[]>): void {
  const panel = pageElement('panel', HTMLElement);
  let cancel = (): void => undefined;

  async function refresh(): Promise<void> {
    const rows = await facts();
    if (panel.hidden) return;
    const title = Object.assign(document.createElement('h2'), {
      textContent: '烽火台播放器 Beacon Tower player',
    });
    title.append(Object.assign(document.createElement('small'), { textContent: version }));
    const list = document.createElement('dl');
    for (const [label, value, isBad] of rows) {
      const name = Object.assign(document.createElement('dt'), { textContent: label });
      const fact = Object.assign(document.createElement('dd'), { textContent: value });
      fact.classList.toggle('bad', isBad);
      list.append(name, fact);
    }
    panel.replaceChildren(title, list);
    cancel = clock.alarm(clock.monoMs() + SECOND_MS, () => void refresh());
  }

  addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() !== 'i' || event.repeat || event.ctrlKey || event.metaKey) return;
    cancel();
    panel.hidden = !panel.hidden;
    if (!panel.hidden) void refresh();
  });
}
