// The status page: asks /api/status every two seconds and shows the figures.
const POLL_MS = 2_000;
const numbers = new Intl.NumberFormat('zh-CN');
const shares = new Intl.NumberFormat('zh-CN', { style: 'percent', maximumFractionDigits: 1 });

/** Sets the text of the element, only when it differs, so that screen readers hear changes alone. */
function show(id, text) {
  const element = document.getElementById(id);
  if (element && element.textContent !== text) element.textContent = text;
}

/** Shows how much of `whole` is there, as a figure and a bar. */
function showShare(name, part, whole) {
  const share = whole > 0 ? part / whole : 0;
  show(`${name}-share`, whole > 0 ? shares.format(share) : '–');
  const bar = document.getElementById(`${name}-bar`);
  if (bar) bar.value = Math.min(1, share);
}

/** Shows whether the server answers. */
function showState(state, chinese, english) {
  const line = document.getElementById('state');
  if (!line || line.dataset.state === state) return;
  line.dataset.state = state;
  const words = document.createElement('span');
  words.lang = 'en';
  words.textContent = english;
  document.getElementById('state-words')?.replaceChildren(`${chinese} `, words);
}

async function ask() {
  try {
    const answer = await fetch('/api/status', { cache: 'no-store', signal: AbortSignal.timeout(5_000) });
    if (!answer.ok) throw new Error(String(answer.status));
    const status = await answer.json();
    show('endpoints', numbers.format(status.endpoints));
    show('players-online', numbers.format(status.playersOnline));
    show('plays-promised', numbers.format(status.playsPromised));
    show('plays-counted', numbers.format(status.playsCounted));
    show('version', status.version);
    showShare('online', status.playersOnline, status.endpoints);
    showShare('counted', status.playsCounted, status.playsPromised);
    showState('up', '服务器运行中', 'The server is up');
  } catch {
    showState(
      'away',
      '暂时联系不上服务器，数字停在最后一次',
      'The server is away; these are the last figures',
    );
  }
}

for (;;) {
  await ask();
  await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
